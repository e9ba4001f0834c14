"""What a watcher tells the agents of a contact, and the customer never hears."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from agents.models import AuditAction
from agents.services import sensitive_data, trail
from contacts import events, queries
from contacts.models import Whisper
from core.errors import Forbidden

if TYPE_CHECKING:
    from datetime import datetime

    from agents.models import Agent
    from contacts.models import Contact, Watch


class NotWatching(Forbidden):
    sentence = _("Watch the chat first: only who watches whispers.")


def known(contact: Contact, author: Agent, client_id: str) -> Whisper | None:
    """Return the whisper that a repeated client_id has stored before."""
    return contact.whispers.filter(author=author, client_id=client_id).first()


def store(
    contact: Contact, watch: Watch, *, client_id: str, text: str, now: datetime
) -> Whisper:
    """Store a whisper of who watches a locked contact, and tell the agents. Raise
    Dropped."""
    stored = sensitive_data.storable(contact.organisation, text)
    author = watch.watcher
    whisper = Whisper.objects.create(
        contact=contact,
        client_id=client_id,
        author=author,
        author_name=author.display_name,
        text=stored,
        masked=stored != text,
        created_at=now,
    )
    talking = queries.talking_agents([contact.pk])[contact.pk]
    events.whisper(whisper, agent_ids=contact.heard_by(talking))
    if whisper.masked:
        events.masked(contact_id=contact.pk, to=author.address)
    agent = str(watch.share.agent)
    trail.note(
        AuditAction.WHISPERED,
        about=contact,
        by=author,
        changes={"agent": (None, agent)},
    )
    return whisper
