"""Files on their way in: what may come, where it is kept, and who checks it."""

from __future__ import annotations

import time
import uuid
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING

from django.db import OperationalError, transaction
from django.utils.translation import gettext
from kombu.exceptions import OperationalError as NoBroker

from agents.models import Channel
from agents.services import sensitive_data
from contacts import events, queries, tasks
from contacts.models import Attachment, AttachmentStatus
from contacts.serializers.attachments import MOST_FILES
from contacts.services import file_store, scans, shares
from contacts.services.attachments import (
    AttachmentsOff,
    AttachmentTooLarge,
    in_words,
    refuse_hoards,
)
from contacts.services.refusals import ContactEnded
from core import answers, connections, filenames, outages
from core.errors import Invalid, Unavailable, WrongState

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from agents.models import Agent, Organisation
    from contacts.models import Contact
    from contacts.services.drafts import Sender

FIELD = "file"
PATIENCE = 30.0  # seconds until a check has taken too long
RETRY_AFTER = 5  # seconds


@dataclass(frozen=True)
class Upload:
    """A file as it came: the name that its sender gave it, its size in bytes."""

    name: str
    size: int
    content: IO[bytes]


class AttachmentFormat(Invalid):
    code = "attachment_format"


class AttachmentEmpty(Invalid):
    code = "attachment_empty"


class AttachmentMismatch(Invalid):
    code = "attachment_mismatch"


def refuse_agent(agent: Agent) -> None:
    """Raise AttachmentsOff where the agent may not send files."""
    if not queries.may_attach(agent):
        raise AttachmentsOff


def refuse_customer(organisation: Organisation) -> None:
    """Raise AttachmentsOff where customers may not send files."""
    if not organisation.attachments_enabled:
        raise AttachmentsOff


def receive(
    *, contact: Contact, sender: Sender, uploads: Sequence[Upload], now: datetime
) -> list[Attachment]:
    """Take files in and return them, checked: staged or blocked, in their order.

    No database connection is held meanwhile. Raises ContactEnded, AttachmentFormat,
    AttachmentEmpty, AttachmentTooLarge, AttachmentMismatch, TooManyUnsent; then nothing
    is kept.
    """
    _refuse_contact(contact)
    organisation = contact.organisation
    screened = [_screened(upload.name, organisation) for upload in uploads]
    names = [name for name, _ in screened]
    _refuse(uploads, names, organisation)
    size = sum(upload.size for upload in uploads)
    refuse_hoards(contact, sender, number=len(uploads), size=size)
    connections.give_back()
    rows = [
        Attachment(
            pk=uuid.uuid4(),
            contact=contact,
            sender_kind=sender.kind,
            sender_agent_id=sender.agent_id,
            name=name,
            size=upload.size,
            status=AttachmentStatus.SCANNING,
            created_at=now,
        )
        for upload, name in zip(uploads, names, strict=True)
    ]
    _keep(rows, uploads, sender)
    _tell_masked(contact, sender, [name for name, is_masked in screened if is_masked])
    return _checked(rows)


def _refuse_contact(contact: Contact) -> None:
    if contact.is_ended:
        raise ContactEnded
    if contact.channel != Channel.CHAT:
        raise WrongState(gettext("Only a chat takes files."))


def _screened(name: str, organisation: Organisation) -> tuple[str, bool]:
    """Return the name as it may be kept, and whether something in it was hidden:
    people write card numbers there, too."""
    found = sensitive_data.screen(organisation, filenames.cleaned(name))
    return filenames.cleaned(found.text), bool(found.findings)


def _tell_masked(contact: Contact, sender: Sender, names: Sequence[str]) -> None:
    """Tell who sent the files that something in their names was hidden."""
    if names:
        events.notice(
            contact_id=contact.pk,
            to=sender.address_in(contact.pk),
            code=events.Notice.MASKED,
            text="Sensitive data such as a card number was hidden in the name of "
            f"{_listed(names)}. Please do not send card data here.",
            files=_listed(names),
        )


def _refuse(
    uploads: Sequence[Upload], names: Sequence[str], organisation: Organisation
) -> None:
    if not uploads:
        raise Invalid(FIELD, gettext("Name at least one file."))
    if len(uploads) > MOST_FILES:
        raise Invalid(
            FIELD,
            gettext("Send at most %(most_files)s files with one message.")
            % {"most_files": MOST_FILES},
        )
    allowed = {ending.lower() for ending in organisation.attachment_extensions}
    for upload, name in zip(uploads, names, strict=True):
        if filenames.ending_of(name) not in allowed:
            raise AttachmentFormat(FIELD, _say_formats(name, allowed))
        if not upload.size:
            raise AttachmentEmpty(
                FIELD,
                gettext("“%(name)s” is empty: choose another file.") % {"name": name},
            )
    most = organisation.attachment_max_total_bytes
    if sum(upload.size for upload in uploads) >= most:
        raise AttachmentTooLarge(
            gettext(
                "%(listed)s: the files of one message together must stay below "
                "%(in_words)s. Send fewer or smaller ones."
            )
            % {"listed": _listed(names), "in_words": in_words(most)}
        )


def _say_formats(name: str, allowed: set[str]) -> str:
    common = [e for e in (".pdf", ".docx", ".xlsx", ".png", ".jpg") if e in allowed]
    examples = ", ".join(common or sorted(allowed)[:5])
    return gettext(
        "“%(name)s” has a format that cannot be sent. Send it as %(examples)s or alike."
    ) % {"name": name, "examples": examples}


def _listed(names: Sequence[str]) -> str:
    return ", ".join(f"“{name}”" for name in names)


def _keep(
    rows: Sequence[Attachment], uploads: Sequence[Upload], sender: Sender
) -> None:
    """Store the files, then their rows: all of them, or none."""
    try:
        for row, upload in zip(rows, uploads, strict=True):
            row.file.name = file_store.store(upload.content)
        _reserve(rows, sender)
    except BaseException as error:
        _drop(rows)
        if isinstance(error, OperationalError) and outages.is_full(error):
            raise file_store.NoRoomForFiles from error
        raise


@transaction.atomic
def _reserve(rows: Sequence[Attachment], sender: Sender) -> None:
    """Store the rows, one upload of a contact after the other: what others have sent
    in meanwhile counts, and so does the end of the chat."""
    contact = shares.lock_contact(rows[0].contact_id)
    _refuse_contact(contact)
    size = sum(row.size for row in rows)
    refuse_hoards(contact, sender, number=len(rows), size=size)
    Attachment.objects.bulk_create(rows)


def _drop(rows: Sequence[Attachment]) -> None:
    for row in rows:
        file_store.delete(row.file.name)


# --- the check -------------------------------------------------------------------
def _checked(rows: Sequence[Attachment]) -> list[Attachment]:
    """Have the files checked, and wait for it without a database connection."""
    until = time.monotonic() + PATIENCE
    try:
        for row in rows:
            tasks.scan.delay(str(row.pk), str(rows[0].pk))
    except (NoBroker, OSError) as error:
        _take_back(rows)
        raise Unavailable(retry_after=RETRY_AFTER) from error
    answers.wait(str(rows[0].pk), is_done=lambda: _are_checked(rows), until=until)
    for row in rows:
        scans.give_up(attachment_id=row.pk)
    now_there = Attachment.objects.in_bulk([row.pk for row in rows])
    checked = [now_there[row.pk] for row in rows if row.pk in now_there]
    _refuse_mismatches(checked)
    return checked


def _are_checked(rows: Sequence[Attachment]) -> bool:
    waiting = Attachment.objects.filter(
        pk__in=[row.pk for row in rows], status=AttachmentStatus.SCANNING
    )
    is_one_left = waiting.exists()
    connections.give_back()
    return not is_one_left


def _refuse_mismatches(rows: Sequence[Attachment]) -> None:
    wrong = [row.name for row in rows if row.reason == scans.MISMATCH]
    if wrong:
        _take_back(rows)
        raise AttachmentMismatch(
            FIELD,
            gettext(
                "%(listed)s: the content is not what the name says. Save the file in "
                "the format of its name, and send it again."
            )
            % {"listed": _listed(wrong)},
        )


def _take_back(rows: Sequence[Attachment]) -> None:
    Attachment.objects.filter(pk__in=[row.pk for row in rows], message=None).delete()
    _drop(rows)
