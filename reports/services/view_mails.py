"""Saved views by mail: every morning, or every Monday, where the organisation is.

A row says when the next mail is due. Whoever moves that time on sends the mail, in one
transaction: one mail, however late, and however many workers look.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.utils.translation import gettext

from agents.models import MailKind
from agents.services import mails
from agents.services.mails import TooManyMails
from core import mailing
from core.errors import Forbidden, Invalid, NotFound
from core.text import one_line
from core.wording import speaking
from reports import asking, labels, reading, showing
from reports.asked import Asked
from reports.models import SavedView
from reports.periods import last_morning, next_morning

if TYPE_CHECKING:
    from datetime import datetime
    from typing import Any

    from django.db.models import QuerySet

    from reports.answers import Question

MOST_ROWS = 50  # of the table


def due(*, now: datetime) -> QuerySet[SavedView, int]:
    """Return the views whose mail is due."""
    views = SavedView.objects.filter(mail_due_at__lte=now).order_by("mail_due_at", "pk")
    if not mailing.has_links():
        views = views.none()
    return views.values_list("pk", flat=True)


def send(*, view_id: int, now: datetime) -> bool:
    """Send a view that is due, and say when the next one is. Return whether there was a
    mail: whoever may not see it any more gets none, nor later."""
    views = SavedView.objects.select_related("owner__organisation", "organisation")
    view = views.filter(pk=view_id, mail_due_at__lte=now).first()
    if view is None:
        return False
    question = _question(view, now)
    if question is None:
        _claim(view, mail_every="", mail_due_at=None)
        return False
    # Figures and words before the transaction, which is short.
    with speaking(view.owner.language or view.language):
        draft = _draft(view, question)
    zone = ZoneInfo(view.organisation.timezone)
    following = next_morning(view.mail_every, now=now, zone=zone)
    return _send(view, draft, following, now)


def _question(view: SavedView, now: datetime) -> Question | None:
    """Return what the mail answers; None where its owner may not ask that any more."""
    if not view.owner.is_active:
        return None
    zone = ZoneInfo(view.organisation.timezone)
    morning = last_morning(view.mail_every, now=now, zone=zone)
    parameters = Asked.again(view).parameters(morning)
    try:
        return asking.parse(view.owner, view.report, parameters)
    except (Forbidden, Invalid, NotFound):
        return None


@transaction.atomic
def _send(
    view: SavedView, draft: mails.Draft, following: datetime, now: datetime
) -> bool:
    if not _claim(view, mail_due_at=following):
        return False
    try:
        mails.enqueue(draft, organisation=view.organisation, now=now)
    except TooManyMails:
        return False  # There were mails enough in this hour: the next one comes.
    return True


def _claim(view: SavedView, **changes: Any) -> bool:
    """Move the mail on, unless somebody else has done so, or changed it."""
    same = SavedView.objects.filter(
        pk=view.pk, mail_due_at=view.mail_due_at, mail_every=view.mail_every
    )
    return bool(same.update(**changes))


def _draft(view: SavedView, question: Question) -> mails.Draft:
    context = _context(view, question)
    text = render_to_string("mail/report.txt", context)
    return mails.Draft(
        kind=MailKind.REPORT,
        recipient=view.owner.email,
        subject=context["subject"],
        text=f"{text.strip()}\n",
        html=render_to_string("mail/report.html", context),
        about=str(view.pk),
    )


def _context(view: SavedView, question: Question) -> dict[str, Any]:
    answer = reading.answer(view.owner, question)
    before = reading.answer(view.owner, asking.before(question))
    table = showing.by_subject(answer, "")
    name, span = one_line(view.name), labels.span(question)
    return {
        "subject": gettext("%(name)s: %(span)s") % {"name": name, "span": span},
        "organisation": one_line(view.organisation.name),
        "title": labels.TITLES[view.report],
        "span_before": labels.span(before.question),
        "timezone": answer.timezone,
        "is_empty": showing.is_empty(answer),
        "totals": showing.totals(answer, before),
        "heads": table.heads,
        "columns": table.columns,
        "rows": table.rows[:MOST_ROWS],
        "more": max(0, len(answer.by_subject) - MOST_ROWS),
        "link": f"{settings.PUBLIC_URL}/reports/?view={view.pk}",
        "off": f"{settings.PUBLIC_URL}/reports/views/",
    }
