"""Send a test mail: to the administrator who asks, at once, with what came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.template.response import TemplateResponse
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache

from agents.models import Agent, AuditAction, MailKind, MailState, wording
from agents.services import letters, mails, trail
from contacts.services import sending
from core import clock, limits, mailing
from core.errors import DomainError

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from agents.models import Mail, Organisation

PER_MINUTE = 3


def how_mail_is() -> str:
    """Return in words whether mail works here, and what it takes."""
    if missing := mailing.why_off():
        return gettext(
            "Mail is off: %(missing)s. Whoever runs Parley sets EMAIL_URL, "
            "EMAIL_FROM and PUBLIC_URL in its environment; docs/mail.md says how."
        ) % {"missing": missing}
    sentence = gettext("Mails come from %(mailing)s.") % {"mailing": mailing.sender()}
    if mailing.has_links():
        return sentence
    return gettext(
        "%(sentence)s Mails with links are off: nothing says how the world "
        "reaches Parley (PUBLIC_URL)."
    ) % {"sentence": sentence}


@never_cache
def test_mail(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    """Show a button, and what came of the mail that it sent."""
    person = request.user
    if not isinstance(person, Agent) or person.organisation is None:
        raise PermissionDenied
    page = {**context, "title": gettext("Send a test mail"), "how": how_mail_is()}
    page |= {"is_on": mailing.is_on(), "to": person.email}
    if request.method == "POST":
        page |= _result(person, person.organisation)
    return TemplateResponse(request, "admin/agents/organisation/test_mail.html", page)


def _result(person: Agent, organisation: Organisation) -> dict[str, Any]:
    try:
        limits.spend(f"test-mail:{person.pk}", per_minute=PER_MINUTE)
        return {"mail": _send(person, organisation)}
    except DomainError as refusal:
        return {"refusal": refusal.detail}


def _send(person: Agent, organisation: Organisation) -> Mail:
    written = letters.write(
        MailKind.TEST,
        organisation=organisation,
        values={wording.PERSON: person.display_name},
    )
    draft = mails.Draft(kind=MailKind.TEST, recipient=person.email, **written._asdict())
    with transaction.atomic():
        mail = mails.store(draft, organisation=organisation, now=clock.now())
        trail.note(AuditAction.CREATED, about=mail)
    if mail.state == MailState.QUEUED:
        sending.send(mail_id=mail.pk)
        mail.refresh_from_db()
    return mail
