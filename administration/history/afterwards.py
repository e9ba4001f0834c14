"""What is added to a contact that is over: ratings, notes, a file that was stopped."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from agents.models import Channel
from contacts.models import (
    Attachment,
    AttachmentStatus,
    BlockReason,
    CustomerNote,
    EndedReason,
    SenderKind,
)

if TYPE_CHECKING:
    from datetime import datetime

    from administration.history.dice import Dice
    from administration.history.story import Story

RATED, COMMENTED, NOTED, STOPPED = 0.3, 0.4, 0.03, 0.03
A_MINUTE = timedelta(minutes=1)
# Files that were not sent are forgotten after a day.
LATELY = timedelta(hours=20)
AFTER_WAITING = (5, 4, 3, 3, 2, 1)
AT_ONCE = (5, 5, 5, 5, 4, 4, 4, 3, 2)
COMMENTS = {
    5: ("Very friendly and quick!", "Great help, thank you", "Perfect."),
    4: ("Good, thanks", "Helped, but I had to wait a little"),
    3: ("Okay", "It took quite long"),
    2: ("I had to explain it twice", "Too slow"),
    1: ("Nobody could help me", "I waited far too long"),
}
NOTES = (
    "Prefers e-mail.", "Ask for the order number first.", "Buys for a whole office.",
    "Call only in the afternoon.",
)  # fmt: skip


@dataclass(frozen=True)
class Afterwards:
    dice: Dice
    now: datetime

    def add_to(self, story: Story) -> None:
        contact = story.contact
        if contact.channel == Channel.CHAT:
            self._rate(story)
        if contact.connected_at is not None:
            self._note(story)
            self._stop_file(story)

    def _rate(self, story: Story) -> None:
        contact, dice = story.contact, self.dice
        is_contained = contact.ended_reason == EndedReason.BOT_ENDED
        if not (contact.connected_at or is_contained) or not dice.chance(RATED):
            return
        since, until = contact.enqueued_at, contact.connected_at
        waited = since and until and until - since > A_MINUTE
        contact.rating = dice.choice(AFTER_WAITING if waited else AT_ONCE)
        assert contact.ended_at is not None
        contact.rated_at = min(contact.ended_at + dice.between(4, 90), self.now)
        if dice.chance(COMMENTED):
            contact.rating_comment = dice.choice(COMMENTS[contact.rating])

    def _note(self, story: Story) -> None:
        *_, last = (share for share in story.shares if share.connected_at is not None)
        if last.ended_at is not None and self.dice.chance(NOTED):
            story.customer_notes.append(
                CustomerNote(
                    customer=story.contact.customer,
                    author=last.agent,
                    text=self.dice.choice(NOTES),
                    created_at=last.ended_at,
                )
            )

    def _stop_file(self, story: Story) -> None:
        said = [x for x in story.lines if x.sender_kind == SenderKind.CUSTOMER]
        is_late = self.now - story.contact.opened_at < LATELY
        if said and is_late and self.dice.chance(STOPPED):
            story.files.append(
                Attachment(
                    id=self.dice.uuid(),
                    contact=story.contact,
                    sender_kind=SenderKind.CUSTOMER,
                    name="statement.pdf",
                    size=self.dice.randrange(20_000, 900_000),
                    content_type="application/pdf",
                    status=AttachmentStatus.BLOCKED,
                    reason=BlockReason.CARD_DATA,
                    created_at=said[-1].created_at,
                )
            )
