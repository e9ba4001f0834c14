"""Links by mail to choose a password: for those who forgot theirs, and for new people
whom an administrator invites."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import uuid4

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from agents.models import Agent, MailKind, PasswordLink, Role, wording
from agents.services import letters, mails, people
from agents.services.tokens import hashing
from core import connections, mailing, secrets
from core.errors import NotFound, WrongState
from core.wording import speaking

if TYPE_CHECKING:
    from datetime import datetime

FORGOTTEN = timedelta(hours=1)
INVITED = timedelta(days=7)
MOST, WINDOW = 3, timedelta(hours=1)  # links that somebody asks for


class LinkIsOver(NotFound):
    sentence = _("This link has been used, or it is too old. Ask for another one.")


class NotInvited(WrongState):
    sentence = _("Nobody can be invited: mails with links are not set up.")


def ask(*, email: str, now: datetime) -> None:
    """Mail a link to whoever signs in with this address; nothing where nobody does, or
    has had links enough. Nobody who asks is told which it was."""
    people_here = Agent.objects.select_related("organisation").exclude(
        role=Role.INTEGRATION
    )
    address = Agent.objects.normalise(email)
    agent = people_here.filter(email=address, is_active=True).first()
    if agent is None or not mailing.has_links():
        return
    lately = agent.password_links.filter(created_at__gt=now - WINDOW)
    if lately.count() < MOST:
        _mail(agent, MailKind.PASSWORD, lifetime=FORGOTTEN, now=now)


def invite(agent: Agent, *, now: datetime) -> None:
    """Mail somebody a link to choose the first password. Raise NotInvited,
    TooManyMails."""
    if not mailing.has_links():
        raise NotInvited
    _mail(agent, MailKind.INVITATION, lifetime=INVITED, now=now)


@transaction.atomic
def _mail(agent: Agent, kind: MailKind, *, lifetime: timedelta, now: datetime) -> None:
    mail_id = uuid4()
    values = {
        wording.PERSON: agent.display_name,
        wording.EMAIL: agent.email,
        # The worker puts the code in the place of the mail's id.
        wording.LINK: f"{settings.PUBLIC_URL}/password/new/#code={mail_id}",
    }
    # Who has chosen no language may speak as who asks for the mail.
    with speaking(agent.language or get_language()):
        written = letters.write(kind, organisation=agent.organisation, values=values)
    draft = mails.Draft(
        kind=kind,
        recipient=agent.email,
        expires_at=now + lifetime,
        id=mail_id,
        **written._asdict(),
    )
    mails.enqueue(draft, organisation=agent.organisation, now=now)
    PasswordLink.objects.create(
        agent=agent,
        digest=secrets.digest(mails.code_of(mail_id)),
        session_version=agent.session_version,
        created_at=now,
        expires_at=now + lifetime,
    )


def choose(*, code: str, new: str, now: datetime) -> None:
    """Give the person of a link the password they chose; sessions, tokens and desks
    end, and so do all their links. Raise LinkIsOver, NotValid, Unavailable."""
    agent = _open(code, now).agent
    people.check_password(agent, new, field="new")
    # As at a sign-in: who waits for a turn, or hashes, holds no database connection.
    connections.give_back()
    with hashing.turn():
        hashed = make_password(new)
    _choose(code=code, new=new, hashed=hashed, now=now)


@transaction.atomic
def _choose(*, code: str, new: str, hashed: str, now: datetime) -> None:
    agent = Agent.objects.select_for_update().get(pk=_open(code, now).agent_id)
    links = PasswordLink.objects.filter(
        digest=secrets.digest(code), session_version=agent.session_version
    )
    if not agent.is_active or not links.filter(used_at=None).update(used_at=now):
        raise LinkIsOver
    people.set_password(agent, password=new, hashed=hashed)


def _open(code: str, now: datetime) -> PasswordLink:
    links = PasswordLink.objects.select_related("agent").filter(
        digest=secrets.digest(code), used_at=None, expires_at__gt=now
    )
    link = links.first()
    is_over = link is None or link.session_version != link.agent.session_version
    if link is None or is_over or not link.agent.is_active:
        raise LinkIsOver
    return link
