"""Files that go out with messages, and those that nobody sent."""

from __future__ import annotations

from datetime import timedelta
from itertools import islice
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Q, Sum
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from contacts.models import Attachment, AttachmentStatus
from contacts.queries.profiles import FILES, with_allowed
from contacts.services import file_store
from core.errors import Forbidden, Invalid, NotFound, TooLarge, TooMany
from core.sweeping import AT_ONCE, each

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from uuid import UUID

    from contacts.models import Contact, Message
    from contacts.services.drafts import Draft, Sender

KEPT_UNSENT = timedelta(hours=24)
FIELD = "attachments"
MOST_UNSENT = 30  # files of one sender in one conversation
UNSENT_TIMES = 2  # as many bytes as may go with one message
RETRY_AFTER = 60  # seconds


class AttachmentsOff(Forbidden):
    code = "attachments_off"
    sentence = _("Files cannot be sent here.")


class AttachmentTooLarge(TooLarge):
    code = "attachment_too_large"


class NoSuchFile(Invalid):
    def __init__(self, sentence: str = "") -> None:
        super().__init__(
            FIELD,
            sentence or gettext("One of the files is not here any more: add it again."),
        )


class Claims:
    """The files that a batch of drafts names; each goes out once.

    The contacts are locked. Nothing is read where no draft names any.
    """

    def __init__(self, drafts: Sequence[Draft]) -> None:
        named = {pk for draft in drafts for pk in draft.attachments}
        self._there = _locked(named) if named else {}
        self._allowed = _allowed(drafts) if named else set()
        self._taken: list[tuple[Message, list[Attachment]]] = []
        self._gone: set[UUID] = set()

    def refusal(self, draft: Draft) -> Invalid | TooLarge | Forbidden | None:
        """Return why the files cannot go out with this draft, None where they can."""
        if not draft.attachments:
            return None
        if len(set(draft.attachments)) < len(draft.attachments):
            return NoSuchFile(gettext("A file is named twice."))
        rows = [self._there.get(pk) for pk in draft.attachments]
        if not all(row and self._is_own(row, draft) for row in rows):
            return NoSuchFile()
        if not draft.text and not self._clean(draft):
            return NoSuchFile(
                gettext("Nothing is left to send: the files were stopped.")
            )
        return self._refusal_by_switch(draft) or _refusal_by_size(self._clean(draft))

    def _refusal_by_switch(self, draft: Draft) -> AttachmentsOff | None:
        """Return that files may not be sent any more, if it is so."""
        files = self._clean(draft)
        is_allowed = draft.sender.agent_id in self._allowed
        if draft.sender.agent_id is None and files:
            is_allowed = files[0].contact.organisation.attachments_enabled
        return None if is_allowed or not files else AttachmentsOff()

    def _is_own(self, row: Attachment, draft: Draft) -> bool:
        return (
            row.pk not in self._gone
            and row.status in Attachment.CHECKED
            and row.contact_id == draft.contact_id
            and row.sender_kind == draft.sender.kind
            and row.sender_agent_id == draft.sender.agent_id
        )

    def _clean(self, draft: Draft) -> list[Attachment]:
        """Return the files in the order in which they are named, without blocked."""
        rows = [self._there[pk] for pk in draft.attachments]
        return [row for row in rows if row.status == AttachmentStatus.STAGED]

    def take(self, draft: Draft, message: Message) -> list[dict[str, Any]]:
        """Let the files go out with this message; return how it shows them."""
        rows = self._clean(draft)
        if rows:
            self._gone |= {row.pk for row in rows}
            self._taken.append((message, rows))
        return [row.shown for row in rows]

    def keep(self) -> None:
        """Store that the files were sent, after their messages."""
        for message, rows in self._taken:
            Attachment.objects.filter(pk__in=[row.pk for row in rows]).update(
                status=AttachmentStatus.SENT, message=message
            )


def _allowed(drafts: Sequence[Draft]) -> set[int | None]:
    """Return which of the agents who send files may do so now."""
    agents = {draft.sender.agent_id for draft in drafts if draft.attachments} - {None}
    if not agents:
        return set()
    allowed = with_allowed(FILES).filter(pk__in=agents, allowed=True)
    return set(allowed.values_list("pk", flat=True))


def _locked(ids: set[UUID]) -> dict[UUID, Attachment]:
    rows = (
        Attachment.objects.select_for_update(of=("self",))
        .filter(pk__in=ids, message=None)
        .select_related("contact__organisation")
        .order_by("pk")
    )
    return {row.pk: row for row in rows}


def _refusal_by_size(rows: Sequence[Attachment]) -> AttachmentTooLarge | None:
    if not rows:
        return None
    most = rows[0].contact.organisation.attachment_max_total_bytes
    if sum(row.size for row in rows) < most:
        return None
    return AttachmentTooLarge(
        gettext(
            "The files of one message together must stay below %(in_words)s: "
            "remove some and send them in another one."
        )
        % {"in_words": in_words(most)}
    )


def in_words(size: int) -> str:
    """Return a number of bytes as people say it."""
    for unit, factor in (("MB", 1024 * 1024), ("KB", 1024)):
        if size >= factor:
            return f"{size / factor:.1f}".removesuffix(".0") + f" {unit}"
    return gettext("%(size)s bytes") % {"size": size}


# --- what nobody sent ----------------------------------------------------------
class TooManyUnsent(TooMany):
    sentence = _(
        "Too many files are waiting here that were not sent: send or remove some first."
    )


def refuse_hoards(contact: Contact, sender: Sender, *, number: int, size: int) -> None:
    """Raise TooManyUnsent where so many more files and bytes would be kept for a
    sender who sends none of them."""
    kept = Attachment.objects.filter(
        contact=contact,
        message=None,
        sender_kind=sender.kind,
        sender_agent=sender.agent_id,
    ).aggregate(number=Count("pk"), size=Sum("size", filter=~Q(file=""), default=0))
    most = UNSENT_TIMES * contact.organisation.attachment_max_total_bytes
    if kept["number"] + number > MOST_UNSENT or kept["size"] + size > most:
        raise TooManyUnsent(retry_after=RETRY_AFTER)


def remove(*, attachment: Attachment) -> None:
    """Delete a file that was checked. Raise NotFound where it was sent meanwhile."""
    row = Attachment.objects.filter(
        pk=attachment.pk, message=None, status__in=Attachment.CHECKED
    )
    if not row.delete()[0]:
        raise NotFound
    file_store.delete(attachment.file.name)


def forget_unsent(*, now: datetime) -> int:
    """Delete files that were not sent in a day. Return how many there were."""
    due = unsent(now).order_by("created_at").values_list("pk", flat=True)
    return each(
        "forget_unsent",
        due[:AT_ONCE],
        lambda pk: _forget(pk, now),
        now=now,
        at_most=None,
    )


def unsent(now: datetime) -> Any:
    return Attachment.objects.filter(Q(message=None), created_at__lte=now - KEPT_UNSENT)


def _forget(pk: UUID, now: datetime) -> None:
    row = unsent(now).filter(pk=pk).first()
    # The row first: a file without one is found later, a row without a file is not.
    if row is not None and unsent(now).filter(pk=pk).delete()[0]:
        file_store.delete(row.file.name)


def forget_strays(*, now: datetime) -> int:
    """Delete files that no row knows, such as a crash leaves behind. Return how many
    there were."""
    found = 0
    stored = file_store.older_than(now - KEPT_UNSENT)
    while names := list(islice(stored, AT_ONCE)):
        known = Attachment.objects.filter(file__in=names).values_list("file", flat=True)
        strays = set(names).difference(known)
        for name in strays:
            file_store.delete(name)
        found += len(strays)
    return found
