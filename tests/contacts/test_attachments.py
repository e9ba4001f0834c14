"""Files over REST: in, out with a message, and to whom (contract 3.5, R18, R21-R25)."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from contacts.models import Attachment, ContactEvent, Message
from tests import sockets, steps
from tests.contacts.files import (
    CARD,
    TEXT,
    content_of,
    fetch,
    nothing_is_kept,
    send,
    staged,
    stored,
    upload,
)
from tests.screening import documents
from tests.steps import refuses

if TYPE_CHECKING:
    from agents.models import Agent, Organisation
    from queues.models import EntryPoint
    from tests.steps import Chat

ATTACHMENT = {"id", "name", "size", "content_type", "url", "status", "reason"}
MEBIBYTE = 1024 * 1024
pytestmark = pytest.mark.usefixtures("media")


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
