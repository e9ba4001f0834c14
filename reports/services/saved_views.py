"""Views that people keep of reports, for themselves or for all who oversee."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.text import format_lazy
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from agents.services import configuration
from core import mailing
from core.errors import Invalid, NotFound, WrongState
from reports.models import SavedView
from reports.periods import next_morning

if TYPE_CHECKING:
    from datetime import datetime

MOST = 100  # of one person
CHANGED = ("name", "is_shared", "mail_every", "mail_due_at", "language")


class TooManyViews(WrongState):
    sentence = format_lazy(
        _("You keep {number} views, which is all there is room for. Delete one first."),
        number=MOST,
    )


@transaction.atomic
def save(view: SavedView, *, mail_every: str, now: datetime) -> SavedView:
    """Keep a view for its owner. Raise TooManyViews, NotValid, Invalid."""
    configuration.lock(view)
    if SavedView.objects.filter(owner=view.owner).count() >= MOST:
        raise TooManyViews
    _mail(view, mail_every, now)
    configuration.check(view)
    configuration.store(view, changed=None)
    return view


@transaction.atomic
def change(
    view: SavedView,
    *,
    name: str,
    is_shared: bool,
    mail_every: str | None,
    now: datetime,
) -> SavedView:
    """Give a view another name, share it, have it mailed, or none of that any more;
    None leaves its mail as it is. Raise NotFound, NotValid, Invalid."""
    configuration.lock(view)
    view = _locked(view)
    view.name, view.is_shared = name, is_shared
    if mail_every is not None and mail_every != view.mail_every:
        _mail(view, mail_every, now)
    configuration.check(view)
    configuration.store(view, changed=[*CHANGED])
    return view


def delete(view: SavedView) -> None:
    """Forget a view, and its mails."""
    view.delete()


def _locked(view: SavedView) -> SavedView:
    """Return a view as it is now: its mail moves on meanwhile. Raise NotFound."""
    rows = SavedView.objects.select_for_update(of=("self",), no_key=True)
    found = rows.select_related("organisation").filter(pk=view.pk).first()
    if found is None:
        raise NotFound
    return found


def _mail(view: SavedView, every: str, now: datetime) -> None:
    """Have a view come by mail every morning or every Monday, in the language of now;
    "": never. Raise Invalid where its days do not move on, or mail is off."""
    if every and not view.period:
        raise Invalid("mail_every", _("Only a period that moves on comes by mail."))
    if every and not mailing.has_links():
        raise Invalid("mail_every", _("Mails with links are not set up."))
    zone = ZoneInfo(view.organisation.timezone)
    view.mail_every = every
    view.mail_due_at = next_morning(every, now=now, zone=zone) if every else None
    view.language = get_language() or ""
