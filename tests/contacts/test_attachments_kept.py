"""How much is kept of files that were not sent, and for how long."""

from __future__ import annotations

import errno
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.core.files.storage import FileSystemStorage

from config.celery import app as celery
from contacts import jobs
from contacts.models import Attachment
from contacts.services import file_store
from core import clock
from tests import sockets, steps
from tests.contacts.files import (
    CARD,
    TEXT,
    content_of,
    fetch,
    nothing_is_kept,
    remove,
    send,
    staged,
    stored,
    upload,
)
from tests.steps import refuses
from tests.together import together

if TYPE_CHECKING:
    from agents.models import Agent, Organisation
    from queues.models import EntryPoint
    from tests.stage import Later
    from tests.steps import Chat

pytestmark = pytest.mark.usefixtures("media")


# --- what is kept for a while ----------------------------------------------------
def test_nobody_fills_the_disk_with_files_that_are_not_sent(
    acme: Organisation, alice: Agent, talking: Chat, media: Path
) -> None:
    acme.attachment_max_total_bytes = 100
    acme.save(update_fields=["attachment_max_total_bytes"])
    ids = [staged(talking, ("a.txt", b"x" * 99))[0] for _ in range(2)]

    refused = upload(talking, ("a.txt", b"xxx"))

    refuses(refused, 429, "too_many")
    assert refused["Retry-After"] == "60"
    assert "remove some" in refused.json()["detail"]
    assert len(stored(media)) == Attachment.objects.count() == 2
    assert staged(alice, ("a.txt", b"x" * 99), to=talking)  # who has her own
    assert send(talking, ids[:1]).status_code == 201
    assert staged(talking, ("a.txt", b"x" * 99))


def test_nobody_fills_the_database_with_them_either(talking: Chat, media: Path) -> None:
    some = [(f"{n}.txt", TEXT) for n in range(10)]
    ids = [file_id for _ in range(3) for file_id in staged(talking, *some)]

    refuses(upload(talking, ("a.txt", TEXT)), 429, "too_many")
    assert len(stored(media)) == Attachment.objects.count() == 30
    assert remove(talking, ids[0]).status_code == 204
    assert staged(talking)


@pytest.mark.postgresql
def test_many_uploads_at_once_keep_no_more_than_that(
    talking: Chat, media: Path
) -> None:
    some = [(f"{n}.txt", TEXT) for n in range(10)]
    staged(talking, *some), staged(talking, *some), staged(talking, *some[:8])
    sends = [lambda n=n: upload(talking, (f"{n}.txt", TEXT)) for n in range(6)]

    answers = together(sends)

    codes = sorted(answer.status_code for answer in answers)
    assert codes == [201] * 2 + [429] * 4
    assert len(stored(media)) == Attachment.objects.count() == 30


def test_a_file_is_taken_back(alice: Agent, talking: Chat, media: Path) -> None:
    [theirs], [ours] = staged(talking), staged(alice, to=talking)
    [stopped] = upload(talking, ("note.txt", CARD)).json()

    for who, file_id in (
        (talking, theirs),
        (alice, ours),
        (talking, stopped["id"]),
    ):
        assert remove(who, file_id).status_code == 204
        assert remove(who, file_id).status_code == 404
        assert fetch(who, file_id).status_code == 404
    assert nothing_is_kept(media)


def test_nobody_takes_back_what_is_not_theirs_or_was_sent(
    alice: Agent, bob: Agent, ada: Agent, talking: Chat, direct: EntryPoint, media: Path
) -> None:
    [sent], [theirs], [ours] = (
        staged(talking),
        staged(talking),
        staged(alice, to=talking),
    )
    send(talking, [sent])
    steps.go_idle(alice)
    other = steps.connected(bob, direct)

    for who in (alice, bob, ada, other, talking):
        for file_id in (sent, *([] if who == talking else [theirs])):
            refuses(remove(who, file_id), 404, "not_found")
    for somebody in (bob, ada, talking, other):
        refuses(remove(somebody, ours), 404, "not_found")
    assert len(stored(media)) == Attachment.objects.count() == 3
    assert content_of(fetch(alice, sent)) == TEXT


# --- what is left behind ---------------------------------------------------------
def test_unsent_files_go_after_a_day(
    alice: Agent, talking: Chat, media: Path, later: Later
) -> None:
    [sent], [unsent] = staged(talking), staged(talking)
    send(talking, [sent])

    later(hours=23)
    assert jobs.forget_unsent_files(clock.now()) == 0
    later(hours=2)
    assert jobs.forget_unsent_files(clock.now()) == 1

    assert not Attachment.objects.filter(pk=unsent).exists()
    assert len(stored(media)) == 1
    assert content_of(fetch(alice, sent)) == TEXT


def test_what_a_crash_leaves_unchecked_goes_within_minutes(
    alice: Agent, talking: Chat, media: Path, later: Later
) -> None:
    Attachment.objects.create(
        contact=talking.contact,
        sender_kind="agent",
        sender_agent=alice,
        name="note.txt",
        size=len(CARD),
        status="scanning",
        file=file_store.store(BytesIO(CARD)),
        created_at=clock.now(),
    )
    later(seconds=100)
    assert jobs.give_up_stale_scans(clock.now()) == 0
    later(seconds=30)

    with sockets.desk_of(alice) as desk:
        assert jobs.give_up_stale_scans(clock.now()) == 1
        notice = desk.read_until("notice")

    row = Attachment.objects.get()
    assert (row.status, row.reason) == ("blocked", "scan_timeout")
    assert (notice["code"], "note.txt" in notice["text"]) == (
        "attachment_blocked",
        True,
    )
    assert not stored(media)
    assert jobs.give_up_stale_scans(clock.now()) == 0


def test_every_minute_somebody_looks_for_them() -> None:
    entry = celery.conf.beat_schedule["give_up_stale_scans"]

    assert entry["schedule"] == 60
    assert entry["task"] in celery.tasks


def test_files_that_no_row_knows_go(talking: Chat, media: Path) -> None:
    [sent] = staged(talking)
    send(talking, [sent])
    stray = media / "attachments" / "ab" / "left-behind"
    stray.parent.mkdir(exist_ok=True)
    stray.write_bytes(TEXT)

    assert jobs.forget_stray_files(clock.now()) == 0
    assert jobs.forget_stray_files(clock.now() + timedelta(hours=25)) == 1

    assert not stray.exists()
    assert len(stored(media)) == 1


def test_a_full_disk_is_said_and_nothing_is_half_stored(
    talking: Chat, media: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save = FileSystemStorage.save

    def full(storage: FileSystemStorage, name: str, content: Any) -> str:
        if not stored(media):
            return save(storage, name, content)
        (media / name).parent.mkdir(parents=True, exist_ok=True)
        (media / name).write_bytes(b"half")
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(FileSystemStorage, "save", full)

    answer = upload(talking, ("a.txt", TEXT), ("b.txt", TEXT))

    refuses(answer, 507, "disk_full")
    assert nothing_is_kept(media)
