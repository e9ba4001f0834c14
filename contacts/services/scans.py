"""Checks of files that came in; they run in a worker of their own."""

from __future__ import annotations

import tempfile
from datetime import timedelta
from typing import IO, TYPE_CHECKING

from django.conf import settings
from django.db import transaction

from agents import addresses
from agents.models import UnreadableAttachment
from contacts import events
from contacts.models import (
    Attachment,
    AttachmentStatus,
    BlockReason,
    ContactEventCode,
    SenderKind,
)
from contacts.services import audit, file_store
from core import antivirus, clock, connections, filenames
from core.sweeping import each
from screening.files import guarded
from screening.files.verdicts import Finding, Verdict

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

LONGEST_SCAN = timedelta(minutes=2)  # with the wait for it, by far
MISMATCH = "mismatch"  # a reason for as long as somebody waits for the check
REASONS = {
    Finding.CARD_DATA: BlockReason.CARD_DATA.value,
    Finding.ENCRYPTED: BlockReason.ENCRYPTED.value,
    Finding.UNREADABLE: BlockReason.UNREADABLE.value,
    Finding.TOO_MANY_PIXELS: BlockReason.TOO_MANY_PIXELS.value,
    Finding.TIMEOUT: BlockReason.SCAN_TIMEOUT.value,
    Finding.MISMATCH: MISMATCH,
}
SENTENCES = {
    BlockReason.CARD_DATA: "there is a card number in it. Remove the number and send "
    "the file again.",
    BlockReason.ENCRYPTED: "it is protected by a password. Remove the password and "
    "send the file again.",
    BlockReason.UNREADABLE: "it cannot be read. Save it again, or send it in another "
    "format.",
    BlockReason.TOO_MANY_PIXELS: "it is too large a picture. Make it smaller, to 40 "
    "megapixels at most, and send it again.",
    BlockReason.SCAN_TIMEOUT: "checking it took too long. Send a smaller file, or try "
    "again later.",
    BlockReason.VIRUS: "there is a virus in it. Do not open it.",
}
NOT_READ = {
    BlockReason.ENCRYPTED,
    BlockReason.UNREADABLE,
    BlockReason.TOO_MANY_PIXELS,
}
OF_PICTURES = "application/octet-stream"


def scan(*, attachment_id: UUID) -> None:
    """Check a file that waits for it, and store what was found."""
    waiting = Attachment.objects.filter(
        pk=attachment_id, status=AttachmentStatus.SCANNING
    )
    row = waiting.select_related("contact__organisation").first()
    if row is None:
        return  # whoever sent it has given up
    connections.give_back()
    stored = file_store.on_disk(row.file.name or "")
    with stored as file, tempfile.TemporaryFile() as drawn:
        is_infected = antivirus.finds_something(file)
        verdict = guarded.scan(file, filenames.ending_of(row.name), picture=drawn)
        name = _drawn(verdict, drawn)
        reason = _reason(verdict, row, is_infected=is_infected)
        _conclude(row, verdict, reason, name, drawn.tell() if name else row.size)


def _drawn(verdict: Verdict, drawn: IO[bytes]) -> str:
    """Store a picture as it was drawn anew; return its name, "" for other files."""
    if not verdict.is_picture:
        return ""
    drawn.seek(0)
    return file_store.store(drawn)


def _reason(verdict: Verdict, row: Attachment, *, is_infected: bool | None) -> str:
    """Return why the file is stopped, "" where it may go."""
    if is_infected:
        return BlockReason.VIRUS.value
    reason = REASONS.get(verdict.finding, "")
    may_be_unreadable = (
        row.contact.organisation.attachment_unreadable == UnreadableAttachment.DELIVER
    )
    if may_be_unreadable and reason in NOT_READ:
        reason = ""
    # A virus scan that could not be made is none.
    return reason or (BlockReason.SCAN_TIMEOUT.value if is_infected is None else "")


def _conclude(
    row: Attachment, verdict: Verdict, reason: str, drawn: str, size: int
) -> None:
    """Store what was found, unless nobody waits for it any more."""
    is_picture_as_it_came = verdict.content_type.startswith("image/") and not drawn
    kept = "" if reason else drawn or row.file.name
    with transaction.atomic():
        was_waiting = Attachment.objects.filter(
            pk=row.pk, status=AttachmentStatus.SCANNING
        ).update(
            status=AttachmentStatus.BLOCKED if reason else AttachmentStatus.STAGED,
            reason=reason,
            file=kept,
            size=size,
            content_type=OF_PICTURES if is_picture_as_it_came else verdict.content_type,
        )
        if was_waiting and reason and reason != MISMATCH:
            _note_blocked(row, reason)
    _delete_unknown({drawn, row.file.name})


def _delete_unknown(names: set[str | None]) -> None:
    """Delete those files that no row names: the same check may have run twice."""
    known = Attachment.objects.filter(file__in=names).values_list("file", flat=True)
    for name in names.difference(known):
        file_store.delete(name)


def give_up(*, attachment_id: UUID) -> None:
    """Stop a file whose check took too long."""
    waiting = Attachment.objects.filter(
        pk=attachment_id, status=AttachmentStatus.SCANNING
    )
    row = waiting.first()
    if row is None:
        return
    reason = BlockReason.SCAN_TIMEOUT.value
    with transaction.atomic():
        stopped = waiting.update(
            status=AttachmentStatus.BLOCKED, reason=reason, file=""
        )
        if stopped:
            _note_blocked(row, reason)
    if stopped:
        file_store.delete(row.file.name)


def give_up_stale(*, now: datetime) -> int:
    """Stop files whose check nobody waits for any more, such as a crash leaves behind.
    Return how many there were."""
    stale = Attachment.objects.filter(
        message=None,
        status=AttachmentStatus.SCANNING,
        created_at__lte=now - LONGEST_SCAN,
    )
    return each(
        "give_up_stale_scans",
        stale.order_by("created_at").values_list("pk", flat=True),
        lambda pk: give_up(attachment_id=pk),
        now=now,
    )


def _note_blocked(row: Attachment, reason: str) -> None:
    """Write down that a file is stopped, whose row goes soon, and tell who sent it."""
    audit.note(
        ContactEventCode.FILE_BLOCKED,
        contact_id=row.contact_id,
        agent_id=row.sender_agent_id,
        now=clock.now(),
        reason=reason,
    )
    _tell(row, reason)


def _tell(row: Attachment, reason: str) -> None:
    """Tell who sent the file why it is stopped."""
    if row.sender_kind == SenderKind.CUSTOMER:
        sender = addresses.of_customer(row.contact_id)
    else:
        sender = addresses.of_agent(row.sender_agent_id or 0)
    events.attachment_blocked(
        contact_id=row.contact_id,
        to=sender,
        text=f"“{row.name}” was not sent: {SENTENCES[BlockReason(reason)]}",
        name=row.name,
        why=reason,
    )


def are_searched_for_viruses() -> bool:
    """Whether files are."""
    return bool(settings.CLAMD_URL)
