"""Files over REST: in, out with a message, and to whom (contract 3.5, R18, R21-R25)."""

from __future__ import annotations

import errno
import socket
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.core.files.storage import FileSystemStorage
from django.test import Client
from kombu.exceptions import OperationalError as NoBroker
from PIL import Image

from config.celery import app as celery
from config.file_storage import stored_at
from contacts import jobs, tasks
from contacts.models import Attachment, ContactEvent, Message
from contacts.services import file_store, scans, uploads
from core import answers, clock, redis
from screening.files import guarded
from tests import sockets, steps
from tests.config.test_file_storage import store
from tests.contacts.files import (
    CARD,
    TEXT,
    content_of,
    fetch,
    remove,
    send,
    staged,
    upload,
)
from tests.core.test_antivirus import VIRUS, clamd
from tests.screening import documents
from tests.steps import refuses
from tests.together import together

if TYPE_CHECKING:
    from pytest_django import Settings

    from agents.models import Agent, MultimediaProfile, Organisation
    from queues.models import EntryPoint
    from screening.files.verdicts import Verdict
    from tests.stage import Later
    from tests.steps import Chat

ATTACHMENT = {"id", "name", "size", "content_type", "url", "status", "reason"}
MEBIBYTE = 1024 * 1024


@pytest.fixture(autouse=True)
def media(settings: Settings, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def stored(media: Path) -> list[Path]:
    return [path for path in media.rglob("*") if path.is_file()]


def nothing_is_kept(media: Path) -> bool:
    return not stored(media) and not Attachment.objects.exists()


# --- in, and out with a message --------------------------------------------------
def test_an_agent_sends_files(alice: Agent, talking: Chat) -> None:
    answer = upload(alice, ("note.txt", TEXT), ("REPORT.CSV", b"a,b\n"), to=talking)

    assert answer.status_code == 201
    first, second = answer.json()
    assert first.keys() == ATTACHMENT
    assert (first["name"], first["size"]) == ("note.txt", len(TEXT))
    assert (first["status"], first["reason"]) == ("staged", None)
    assert first["url"] == f"attachments/{first['id']}/"
    assert second["name"] == "REPORT.CSV"

    message = send(
        alice, [second["id"], first["id"]], to=talking, text="Here it is"
    ).json()

    assert message["text"] == "Here it is"
    assert [file["name"] for file in message["attachments"]] == [
        "REPORT.CSV",
        "note.txt",
    ]
    assert {file["status"] for file in message["attachments"]} == {"sent"}
    assert message["attachments"][0].keys() == ATTACHMENT
    assert steps.lines_of(talking)[-1] == message
    assert content_of(fetch(talking, first["id"])) == TEXT


def test_a_customer_sends_a_file_without_words(alice: Agent, talking: Chat) -> None:
    ids = staged(talking)

    message = send(talking, ids)

    assert message.status_code == 201
    assert message.json()["text"] == ""
    assert content_of(fetch(alice, ids[0])) == TEXT
    card = steps.cards_of(alice)[0]
    assert (card["unread"], card["last_message"]["text"]) == (1, "note.txt")
    transcript = steps.client_for(alice).get(steps.for_agents(talking, "transcript"))
    assert "Dora: [note.txt]" in transcript.content.decode()


def test_files_go_over_the_sockets_too(alice: Agent, talking: Chat) -> None:
    [ours], [theirs] = staged(alice, to=talking), staged(talking)

    with sockets.desk_of(alice) as desk, sockets.chat_of(talking) as page:
        desk.send("send", contact=talking.id, client_id="1", attachments=[ours])
        acknowledged = desk.read_until("ack")["message"]
        heard = page.read_until("message")["message"]
        page.send("send", client_id="1", attachments=[theirs], text="Mine")
        answered = desk.read_until("message")["message"]

    assert acknowledged == heard
    assert [file["id"] for file in heard["attachments"]] == [ours]
    assert [file["id"] for file in answered["attachments"]] == [theirs]


def test_a_repeated_message_sends_nothing_twice(alice: Agent, talking: Chat) -> None:
    ids = staged(alice, to=talking)
    first = send(alice, ids, to=talking, client_id="1")

    again = send(alice, ids, to=talking, client_id="1")

    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json() == first.json()
    assert Message.objects.filter(kind="text").count() == 1


def test_a_file_between_its_parts_hides_no_number(talking: Chat) -> None:
    steps.say(talking, "4111 1111")
    send(talking, staged(talking))
    steps.say(talking, "1111 1111")

    texts = [line["text"] for line in steps.lines_of(talking) if line["kind"] == "text"]
    assert texts == ["********", "", "****1111"]


# --- what is stopped -------------------------------------------------------------
def test_a_file_with_card_data_is_blocked_and_its_sender_told(
    alice: Agent, talking: Chat, media: Path
) -> None:
    with sockets.desk_of(alice) as desk, sockets.chat_of(talking) as page:
        answer = upload(alice, ("note.txt", CARD), ("fine.txt", TEXT), to=talking)

        notice = desk.read_until("notice")
        page.read_until("welcome")
        page.send("ping")
        assert page.read()["type"] == "pong"  # and nothing before

    blocked, fine = answer.json()
    assert (blocked["status"], blocked["reason"]) == ("blocked", "card_data")
    assert fine["status"] == "staged"
    assert notice["code"] == "attachment_blocked"
    assert notice["contact"] == str(talking.id)
    assert "“note.txt”" in notice["text"]
    assert "card number" in notice["text"]
    event = ContactEvent.objects.get(contact=talking.id, code="file_blocked")
    assert (event.agent, event.details) == (alice, {"reason": "card_data"})
    assert len(stored(media)) == 1
    assert fetch(alice, blocked["id"]).status_code == 404


def test_text_goes_even_if_a_file_is_blocked(alice: Agent, talking: Chat) -> None:
    rows = upload(talking, ("note.txt", CARD), ("fine.txt", TEXT)).json()
    ids = [row["id"] for row in rows]

    message = send(talking, ids, text="Two files")

    assert message.status_code == 201
    assert [file["id"] for file in message.json()["attachments"]] == [ids[1]]
    assert fetch(alice, ids[0]).status_code == 404


def test_nothing_but_a_blocked_file_is_no_message(talking: Chat) -> None:
    [row] = upload(talking, ("note.txt", CARD)).json()

    refuses(send(talking, [row["id"]]), 400, "invalid", errors={"attachments"})
    assert not Message.objects.filter(kind="text").exists()


LOCKED = documents.pdf().replace(b"trailer <<", b"trailer << /Encrypt 9 0 R")


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.pdf", LOCKED, "encrypted"),
        ("a.pdf", b"%PDF-1.7\n", "unreadable"),
        ("a.png", documents.huge_picture(), "too_many_pixels"),
    ],
)
def test_what_cannot_be_read_follows_the_organisation(
    acme: Organisation, talking: Chat, name: str, content: bytes, reason: str
) -> None:
    [blocked] = upload(talking, (name, content)).json()
    acme.attachment_unreadable = "deliver"
    acme.save(update_fields=["attachment_unreadable"])
    [delivered] = upload(talking, (name, content)).json()

    assert (blocked["status"], blocked["reason"]) == ("blocked", reason)
    assert (delivered["status"], delivered["reason"]) == ("staged", None)


@pytest.mark.parametrize(
    ("files", "status", "code"),
    [
        ([("a.exe", TEXT)], 400, "attachment_format"),
        ([("x.xlsx.exe", TEXT)], 400, "attachment_format"),
        ([("invoice\u202exslx.exe", TEXT)], 400, "attachment_format"),
        ([("none", TEXT)], 400, "attachment_format"),
        ([("a.txt", TEXT), ("a.exe", TEXT)], 400, "attachment_format"),
        ([("a.txt", b"")], 400, "attachment_empty"),
        ([("a.pdf", TEXT)], 400, "attachment_mismatch"),
        ([("a.txt", TEXT), ("a.png", TEXT)], 400, "attachment_mismatch"),
        ([(f"{n}.txt", TEXT) for n in range(11)], 400, "invalid"),
        ([], 400, "invalid"),
    ],
)
def test_what_is_refused_is_not_kept(
    talking: Chat,
    media: Path,
    files: list[tuple[str, bytes]],
    status: int,
    code: str,
) -> None:
    answer = upload(talking, *files)

    refuses(answer, status, code, errors={"file"})
    assert code == "invalid" or files[-1][0][:3].strip(".") in answer.json()["detail"]
    assert nothing_is_kept(media)


def test_a_reply_stays_below_the_limit(
    acme: Organisation, talking: Chat, media: Path
) -> None:
    acme.attachment_max_total_bytes = 100
    acme.save(update_fields=["attachment_max_total_bytes"])

    refuses(upload(talking, ("a.txt", b"x" * 100)), 413, "attachment_too_large")
    both = [("a.txt", b"x" * 50), ("b.txt", b"x" * 50)]
    refuses(upload(talking, *both), 413, "attachment_too_large")
    assert nothing_is_kept(media)

    one, two = staged(talking, both[0]), staged(talking, both[1])
    refuses(send(talking, one + two), 413, "attachment_too_large")
    assert not Message.objects.filter(kind="text").exists()
    assert staged(talking, ("a.txt", b"x" * 99))


def test_exactly_35_mb_are_too_much(talking: Chat) -> None:
    exactly = ("a.txt", b"x" * (35 * MEBIBYTE))

    answer = upload(talking, exactly)

    refuses(answer, 413, "attachment_too_large")
    assert "35 MB" in answer.json()["detail"]
    assert "a.txt" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Übersicht 日本.txt", "Übersicht 日本.txt"),
        ("حساب.txt", "حساب.txt"),
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\temp\\a.txt", "a.txt"),
        ("a\u202etxt.\u2067b\u200b.txt", "atxt.b.txt"),
        ("4111 1111 1111 1111.txt", "____________1111.txt"),
        ("x" * 300 + ".txt", "x" * 146 + ".txt"),
        ('a"<b>.txt', "a__b_.txt"),
    ],
)
def test_names_are_cleaned(talking: Chat, name: str, shown: str) -> None:
    [row] = upload(talking, (name, TEXT)).json()

    assert row["name"] == shown


def test_whoever_writes_a_number_into_a_name_is_told(
    alice: Agent, talking: Chat
) -> None:
    number = ("4111 1111 1111 1111.txt", TEXT)
    with sockets.desk_of(alice) as desk, sockets.page_of(talking) as page:
        upload(talking, number, ("fine.txt", TEXT))
        to_page = page.read_until("notice")
        upload(alice, number, to=talking)
        to_desk = desk.read_until("notice")
        page.send("ping")
        assert page.read()["type"] == "pong"  # what agents do is not the customer's

    for notice in (to_page, to_desk):
        assert (notice["code"], notice["contact"]) == ("masked", str(talking.id))
        assert "hidden in the name of “____________1111.txt”." in notice["text"]


# --- files that are not one's own ------------------------------------------------
def test_a_file_goes_out_once(alice: Agent, talking: Chat) -> None:
    ids = staged(alice, to=talking)
    assert send(alice, ids, to=talking).status_code == 201

    again = send(alice, ids, to=talking, text="Again")

    refuses(again, 400, "invalid", errors={"attachments"})
    twice = staged(alice, to=talking) * 2
    refuses(send(alice, twice, to=talking), 400, "invalid", errors={"attachments"})
    assert Message.objects.filter(kind="text").count() == 1


def test_nobody_sends_the_file_of_another(
    alice: Agent, bob: Agent, direct: EntryPoint, talking: Chat
) -> None:
    steps.go_idle(alice)
    other = steps.connected(bob, direct)
    theirs, customers, others = (
        staged(alice, to=talking),
        staged(talking),
        staged(bob, to=other),
    )

    for who, to, ids in (
        (talking, talking, theirs),
        (alice, talking, customers),
        (alice, talking, others),
        (bob, other, theirs),
        (other, other, customers),
    ):
        answer = send(who, ids, to=to, text="Mine")
        refuses(answer, 400, "invalid", errors={"attachments"})
    unknown = ["8c1f5c1e-6f0d-4f6e-9a53-0d5a4f6e2b11"]
    refuses(send(alice, unknown, to=talking), 400, "invalid", errors={"attachments"})
    assert not Message.objects.filter(kind="text").exists()
    assert not Attachment.objects.filter(status="sent").exists()


def test_a_staged_file_is_its_uploaders_alone(
    alice: Agent, bob: Agent, sam: Agent, ada: Agent, talking: Chat, gina: Agent
) -> None:
    [ours], [theirs] = staged(alice, to=talking), staged(talking)

    assert content_of(fetch(alice, ours)) == TEXT
    assert content_of(fetch(talking, theirs)) == TEXT
    assert fetch(talking, ours).status_code == 404
    assert fetch(alice, theirs).status_code == 404
    for somebody in (bob, sam, ada, gina):
        assert fetch(somebody, ours).status_code == 404
        assert fetch(somebody, theirs).status_code == 404


def test_who_may_fetch_a_sent_file(
    alice: Agent,
    bob: Agent,
    carol: Agent,
    sam: Agent,
    ada: Agent,
    gina: Agent,
    direct: EntryPoint,
    talking: Chat,
) -> None:
    [file_id] = staged(talking)
    send(talking, [file_id])
    steps.go_idle(alice)
    other = steps.connected(bob, direct)

    for who in (alice, sam, ada, talking):
        assert content_of(fetch(who, file_id)) == TEXT
    for stranger in (bob, carol, gina, other):
        assert fetch(stranger, file_id).status_code == 404

    steps.go_available(carol)
    steps.transfer(alice, talking, to=carol)
    assert fetch(alice, file_id).json()["code"] == "not_yours"
    assert fetch(carol, file_id).json()["code"] == "not_accepted"
    steps.accept(carol, talking)
    assert content_of(fetch(carol, file_id)) == TEXT


def test_a_file_of_an_ended_chat_is_read_on(alice: Agent, talking: Chat) -> None:
    [file_id] = staged(talking)
    send(talking, [file_id])
    steps.end(alice, talking)

    assert content_of(fetch(alice, file_id)) == TEXT
    assert content_of(fetch(talking, file_id)) == TEXT
    refuses(upload(talking, ("a.txt", TEXT)), 409, "contact_ended")
    refuses(upload(alice, ("a.txt", TEXT), to=talking), 409, "contact_ended")


def test_it_is_always_a_download(talking: Chat) -> None:
    [file_id] = staged(talking, ("Übersicht.html", b"<script>alert(1)</script>"))

    answer = fetch(talking, file_id)

    disposition = answer["Content-Disposition"]
    assert disposition == "attachment; filename*=utf-8''%C3%9Cbersicht.html"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer["Content-Type"] == "application/octet-stream"
    assert "no-store" in answer["Cache-Control"]
    assert int(answer["Content-Length"]) == len(content_of(answer))


def test_a_picture_is_drawn_anew(talking: Chat, media: Path) -> None:
    exif = Image.Exif()
    exif.get_ifd(0x8825)[2] = (48.0, 8.0, 0.0)
    content = documents.picture("JPEG", exif=exif) + b"<script>"

    [row] = upload(talking, ("home.jpg", content)).json()

    drawn = content_of(fetch(talking, row["id"]))
    assert row["content_type"] == "image/jpeg"
    assert row["size"] == len(drawn)
    assert b"script" not in drawn
    assert not Image.open(BytesIO(drawn)).getexif().get_ifd(0x8825)
    assert len(stored(media)) == 1


# --- switches --------------------------------------------------------------------
def test_the_organisation_switches_files_off(
    acme: Organisation, alice: Agent, talking: Chat, direct: EntryPoint, media: Path
) -> None:
    rules = f"{steps.API}/chat/entry-points/{direct.key}/"
    assert steps.customer_of(talking).get(rules).json()["attachments"]["enabled"]
    assert "attach" in steps.cards_of(alice)[0]["controls"]

    acme.attachments_enabled = False
    acme.save(update_fields=["attachments_enabled"])

    assert not steps.customer_of(talking).get(rules).json()["attachments"]["enabled"]
    assert "attach" not in steps.cards_of(alice)[0]["controls"]
    refuses(upload(alice, ("a.txt", TEXT), to=talking), 403, "attachments_off")
    refuses(upload(talking, ("a.txt", TEXT)), 403, "attachments_off")
    assert nothing_is_kept(media)


def test_a_profile_switches_files_off_for_its_agents(
    alice: Agent, talking: Chat, chat_profile: MultimediaProfile
) -> None:
    chat_profile.attachments_enabled = False
    chat_profile.save(update_fields=["attachments_enabled"])

    assert "attach" not in steps.cards_of(alice)[0]["controls"]
    refuses(upload(alice, ("a.txt", TEXT), to=talking), 403, "attachments_off")
    assert upload(talking, ("a.txt", TEXT)).status_code == 201


def test_what_waits_does_not_go_out_once_files_are_switched_off(
    acme: Organisation, alice: Agent, talking: Chat, chat_profile: MultimediaProfile
) -> None:
    theirs, ours = staged(talking), staged(alice, to=talking)
    chat_profile.attachments_enabled = False
    chat_profile.save(update_fields=["attachments_enabled"])

    refuses(send(alice, ours, to=talking, text="Mine"), 403, "attachments_off")
    assert send(talking, theirs).status_code == 201

    chat_profile.attachments_enabled = True
    chat_profile.save(update_fields=["attachments_enabled"])
    theirs = staged(talking)
    acme.attachments_enabled = False
    acme.save(update_fields=["attachments_enabled"])
    refuses(send(talking, theirs, text="Mine"), 403, "attachments_off")
    refuses(send(alice, ours, to=talking), 403, "attachments_off")
    assert Attachment.objects.filter(status="sent").count() == 1
    assert Message.objects.filter(kind="text").count() == 1


def test_the_organisations_formats_count(acme: Organisation, talking: Chat) -> None:
    acme.attachment_extensions = [".pdf"]
    acme.save(update_fields=["attachment_extensions"])

    refuses(upload(talking, ("a.txt", TEXT)), 400, "attachment_format", errors={"file"})
    assert staged(talking, ("a.PDF", documents.pdf()))


def test_open_desks_feel_the_switches(
    acme: Organisation, ada: Agent, alice: Agent, talking: Chat
) -> None:
    admin = steps.client_for(ada)
    url = f"{steps.API}/organisation/"

    with sockets.desk_of(alice) as desk:
        for is_on in (False, True):
            body = {"attachments_enabled": is_on}
            assert admin.patch(url, body, format="json").status_code == 200
            card = desk.read_until("card")["card"]
            assert ("attach" in card["controls"]) is is_on


def test_open_pages_of_customers_feel_the_switch(
    acme: Organisation, ada: Agent, alice: Agent, talking: Chat
) -> None:
    admin = steps.client_for(ada)
    url = f"{steps.API}/organisation/"

    with sockets.page_of(talking) as page:
        seen = []
        for is_on in (False, True):
            body = {"attachments_enabled": is_on}
            assert admin.patch(url, body, format="json").status_code == 200
            seen.append(page.read_until("contact")["contact"])
        steps.end(alice, talking)
        over = page.read_until("contact")["contact"]

    assert [contact["can_attach"] for contact in seen] == [False, True]
    assert all(contact["can_send"] for contact in seen)
    # Newer each time, so that a page cannot show an older one.
    assert seen[0]["version"] < seen[1]["version"]
    assert over["can_attach"] is False


def test_the_administration_says_that_nobody_looks_for_viruses(
    settings: Settings, ada: Agent, acme: Organisation
) -> None:
    browser, page = Client(), f"/admin/agents/organisation/{acme.pk}/change/"
    browser.force_login(ada)

    assert "not for viruses" in browser.get(page).content.decode()
    settings.CLAMD_URL = "tcp://127.0.0.1:3310"
    assert "not for viruses" not in browser.get(page).content.decode()


# --- the check -------------------------------------------------------------------
def test_a_check_that_takes_too_long_blocks_the_file(
    alice: Agent, talking: Chat, media: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody works here: the check waits in its queue."""
    celery.conf.task_always_eager = False
    monkeypatch.setattr(uploads, "PATIENCE", 0.1)
    try:
        [row] = upload(talking, ("a.txt", TEXT)).json()
    finally:
        celery.conf.task_always_eager = True
        redis.client().delete(redis.key("scans"))

    assert (row["status"], row["reason"]) == ("blocked", "scan_timeout")
    assert not stored(media)
    # It comes too late.
    scans.scan(attachment_id=row["id"])
    assert Attachment.objects.get().reason == "scan_timeout"


def test_the_answer_comes_where_word_of_the_check_is_lost(
    talking: Chat, media: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "PATIENCE", 3600)
    monkeypatch.setattr(answers, "tell", lambda _: None)

    assert upload(talking, ("a.txt", TEXT)).json()[0]["status"] == "staged"


def test_a_check_that_fails_blocks_the_file_at_once(
    talking: Chat, media: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(uploads, "PATIENCE", 3600)
    monkeypatch.setattr(guarded, "scan", fail)

    [row] = upload(talking, ("a.txt", TEXT)).json()

    assert (row["status"], row["reason"]) == ("blocked", "scan_timeout")
    assert not stored(media)


@pytest.mark.parametrize("name", ["a.txt", "a.png"])
def test_a_check_that_runs_twice_at_once_loses_no_file(
    talking: Chat, media: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    check, runs = guarded.scan, []

    def twice(*args: Any, **options: Any) -> Verdict:
        runs.append(1)
        if len(runs) == 1:
            scans.scan(attachment_id=Attachment.objects.get().pk)
        return check(*args, **options)

    monkeypatch.setattr(guarded, "scan", twice)
    content = TEXT if name == "a.txt" else documents.picture()

    [file_id] = staged(talking, (name, content))

    assert len(runs) == 2
    assert len(stored(media)) == 1
    assert content_of(fetch(talking, file_id))


def test_without_redis_nothing_is_kept(
    talking: Chat, media: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object) -> None:
        raise NoBroker

    monkeypatch.setattr(tasks.scan, "delay", away)

    refuses(upload(talking, ("a.txt", TEXT)), 503, "unavailable")
    assert nothing_is_kept(media)


def test_a_store_that_is_away_is_said(settings: Settings, talking: Chat) -> None:
    with store() as (url, kept):
        settings.STORAGES = settings.STORAGES | {"default": stored_at(url)}
        [kept_one], [lost] = staged(talking), staged(talking)
        assert content_of(fetch(talking, kept_one)) == TEXT
        name = Attachment.objects.get(pk=lost).file.name
        del kept[f"/parley/{name}"]
        refuses(fetch(talking, lost), 404, "not_found")

    for answer in (upload(talking, ("a.txt", TEXT)), fetch(talking, kept_one)):
        refuses(answer, 503, "unavailable")
        assert answer["Retry-After"] == "5"
    assert Attachment.objects.count() == 2
    assert remove(talking, kept_one).status_code == 204
    assert jobs.forget_stray_files(clock.now() + timedelta(hours=25)) == 0
    assert jobs.forget_unsent_files(clock.now() + timedelta(hours=25)) == 1


def test_a_virus_blocks_a_file(settings: Settings, talking: Chat, media: Path) -> None:
    listener = socket.create_server(("127.0.0.1", 0))
    settings.CLAMD_URL = f"tcp://127.0.0.1:{listener.getsockname()[1]}"
    with clamd(listener):
        [row] = upload(talking, ("a.txt", b"Hello " + VIRUS)).json()
    assert (row["status"], row["reason"]) == ("blocked", "virus")

    # The scanner is gone: nobody knows.
    [row] = upload(talking, ("a.txt", TEXT)).json()
    assert (row["status"], row["reason"]) == ("blocked", "scan_timeout")
    assert not stored(media)


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
