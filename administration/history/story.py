"""One contact of a day, with the rows that tell what happened to it."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Any, NamedTuple

from agents.services import sensitive_data
from contacts.models import (
    Assignment,
    AssignmentKind,
    AssignmentRole,
    AssignmentState,
    Attachment,
    Contact,
    ContactEvent,
    ContactEventCode,
    CustomerNote,
    Message,
    MessageKind,
    Miss,
    Note,
    QueueVisit,
    SenderKind,
    VisitOutcome,
)
from contacts.services import conversation
from queues.routing import Waiting

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime, timedelta

    from agents.models import Agent
    from contacts.models import EndedReason
    from contacts.services.drafts import Draft, Sender
    from queues.models import Queue
    from wrapup.models import WrapUp

OFFERED, CONNECTED = AssignmentState.OFFERED, AssignmentState.CONNECTED


class Step(NamedTuple):
    """What comes next in a conversation: a line of the customer (`C`), the owner (`A`)
    or the consulted agent (`B`), or something that somebody does."""

    what: str
    text: str = ""
    # It holds data that people should not send.
    is_sensitive: bool = False


class Story:
    def __init__(self, contact: Contact, patience: timedelta) -> None:
        self.contact = contact
        self.patience = patience
        self.lines: list[Message] = []
        self.events: list[ContactEvent] = []
        self.shares: list[Assignment] = []
        self.visits: list[QueueVisit] = []
        self.wrap_ups: list[WrapUp] = []
        self.misses: list[Miss] = []
        self.notes: list[Note] = []
        self.customer_notes: list[CustomerNote] = []
        self.files: list[Attachment] = []
        # What is still to be said, in which words, and what it will have been about.
        self.language = "en"
        self.gaps: dict[str, str] = {}
        self.opening = Step("C")
        self.script: deque[Step] = deque()
        self.topic = ""
        self.speaks_from: datetime = contact.opened_at
        # When agents missed or declined it.
        self.missed: dict[int, datetime] = {}
        self.declined: dict[int, datetime] = {}

    # --- what is said ---------------------------------------------------------------
    def say(self, sender: Sender, name: str, step: Step, now: datetime) -> Message:
        """Add a line of a person or an assistant, masked where it must be."""
        text, is_masked = step.text, False
        if step.is_sensitive:
            screened = sensitive_data.screen(self.contact.organisation, text)
            text, is_masked = screened.text, screened.text != text
        line = self._add(sender, text, now, sender_name=name, masked=is_masked)
        line.client_id = f"{sender.kind}-{line.seq}"
        self.contact.masked_messages += is_masked
        return line

    def tell(self, draft: Draft, now: datetime) -> None:
        """Add the line of an event, in the product's own words."""
        self._add(
            draft.sender,
            draft.text,
            now,
            kind=MessageKind.EVENT,
            event_code=draft.event or "",
            event_name=draft.event_name,
            event_reason=draft.event_reason,
        )

    def _add(self, sender: Sender, text: str, now: datetime, **more: Any) -> Message:
        contact = self.contact
        contact.last_seq += 1
        contact.version += 1
        contact.last_message_at = now
        line = Message(
            contact=contact,
            seq=contact.last_seq,
            sender_kind=sender.kind,
            sender_agent_id=sender.agent_id,
            sender_key=sender.key,
            text=text,
            created_at=now,
            **more,
        )
        self.lines.append(line)
        for share in self.talking():
            share.read_seq = line.seq
        return line

    def answered(self, now: datetime) -> None:
        """Note that its assistant has answered the customer's last lines."""
        last = [x.seq for x in self.lines if x.sender_kind == SenderKind.CUSTOMER]
        self.contact.answered_seq = last[-1] if last else 0

    def note(
        self,
        code: ContactEventCode,
        now: datetime,
        *,
        agent: int | None = None,
        actor: int | None = None,
        **details: Any,
    ) -> None:
        self.contact.version += 1
        self.events.append(
            ContactEvent(
                contact=self.contact,
                at=now,
                code=code,
                agent_id=agent,
                actor_id=actor,
                details=details,
            )
        )

    # --- where it is ----------------------------------------------------------------
    def enters(self, queue: Queue, now: datetime) -> None:
        contact = self.contact
        contact.state = "queued"
        contact.queue = queue
        contact.enqueued_at = contact.enqueued_at or now
        contact.visit_started_at = now
        self.visits.append(
            QueueVisit(
                contact=contact,
                queue=queue,
                entered_at=now,
                service_level_threshold=queue.service_level_threshold,
            )
        )

    def leaves_queue(self, outcome: VisitOutcome, now: datetime) -> None:
        for visit in self.visits:
            if visit.left_at is None:
                visit.left_at, visit.outcome = now, outcome

    def ends(
        self, reason: EndedReason, now: datetime, *first: Draft, words: str = ""
    ) -> None:
        contact = self.contact
        words = words or "The chat has ended"
        over = conversation.contact_ended(contact, reason, words)
        for draft in (*first, over):
            self.tell(draft, now)
        contact.state = "ended"
        contact.ended_reason = reason
        contact.ended_at = now
        contact.customer_read_seq = contact.last_seq
        contact.turn_due_at = None
        self.close_if_done(now)

    def close_if_done(self, now: datetime) -> None:
        contact = self.contact
        if contact.is_ended and not any(share.is_live for share in self.shares):
            contact.closed_at = contact.closed_at or now

    # --- whose it is ----------------------------------------------------------------
    def talking(self) -> Iterator[Assignment]:
        return (share for share in self.shares if share.state == CONNECTED)

    @property
    def owner(self) -> Assignment:
        return next(s for s in self.talking() if s.role == AssignmentRole.PRIMARY)

    @property
    def offer(self) -> Assignment | None:
        return next((s for s in self.shares if s.state == OFFERED), None)

    @property
    def consulted(self) -> Assignment | None:
        """The share of a colleague who has joined."""
        roles = AssignmentRole.CONSULTED
        return next((s for s in self.talking() if s.role == roles), None)

    def tried(self, started_at: datetime | None) -> set[int]:
        """Return whom the request for a conference has asked."""
        return {
            share.agent_id
            for share in self.shares
            if share.kind == AssignmentKind.CONFERENCE
            and share.request_started_at == started_at
        }

    def add_note(self, author: Agent, text: str, now: datetime) -> None:
        self.notes.append(
            Note(
                contact=self.contact,
                author=author,
                author_name=author.display_name,
                client_id=f"note-{len(self.notes) + 1}",
                text=text,
                created_at=now,
            )
        )

    def as_waiting(self, closed_to: frozenset[int]) -> Waiting:
        contact = self.contact
        assert contact.queue_id is not None
        assert contact.visit_started_at is not None
        return Waiting(
            contact_id=contact.pk,
            queue_id=contact.queue_id,
            channel=contact.channel,
            visit_started_at=contact.visit_started_at,
            closed_to=closed_to,
        )
