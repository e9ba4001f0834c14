"""Card data in a conversation is hidden before anybody else sees it (R18-R20, D13)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from contacts import queries
from contacts.models import Contact, Message, SenderKind
from contacts.services import conversation
from contacts.services.drafts import CUSTOMER, Draft, Sender
from core import clock
from tests import sockets, steps
from tests.steps import client_for, customer_of, for_agents, for_customers, refuses

if TYPE_CHECKING:
    from agents.models import Agent, Organisation
    from tests.stage import Later
    from tests.steps import Chat, Json

CARD = "4111 1111 1111 1111"
HIDDEN = "************1111"


def post(chat: Chat, text: str, *, client_id: str = "one") -> Any:
    body = {"client_id": client_id, "text": text}
    return steps.post(customer_of(chat), for_customers(chat, "messages"), body)


def said_in(chat: Chat) -> list[str]:
    return [line["text"] for line in steps.lines_of(chat) if line["kind"] == "text"]


def drop(organisation: Organisation) -> None:
    organisation.sensitive_data_policy = "drop"
    organisation.save(update_fields=["sensitive_data_policy"])


def look_for(organisation: Organisation, *detectors: str) -> None:
    organisation.sensitive_data_detectors = list(detectors)
    organisation.save(update_fields=["sensitive_data_detectors"])


# --- one message --------------------------------------------------------------
def test_a_card_number_is_hidden_from_everybody(alice: Agent, talking: Chat) -> None:
    answer = post(talking, f"It is {CARD}, thanks").json()

    assert (answer["text"], answer["masked"]) == (f"It is {HIDDEN}, thanks", True)
    assert steps.lines_of(talking)[-1] == answer
    url = for_agents(talking, "messages")
    assert client_for(alice).get(url).json()[-1] == answer
    assert talking.contact.masked_messages == 1


def test_an_agent_and_an_assistant_are_masked_too(alice: Agent, talking: Chat) -> None:
    line = steps.say(alice, CARD, to=talking)
    Contact.objects.filter(pk=talking.id).update(state="bot")
    bot = Draft(talking.id, Sender(SenderKind.BOT), f"You said {CARD}")
    [answer] = conversation.append([bot], now=clock.now())

    assert (line["text"], line["masked"]) == (HIDDEN, True)
    assert isinstance(answer, Message)
    assert (answer.text, answer.masked) == (f"You said {HIDDEN}", True)


def test_ordinary_text_is_not_marked(talking: Chat) -> None:
    line = steps.say(talking, "order 4111 1111 1111 1112")

    assert (line["text"], line["masked"]) == ("order 4111 1111 1111 1112", False)
    assert talking.contact.masked_messages == 0


def test_a_repeat_of_a_masked_message_is_the_same_message(talking: Chat) -> None:
    first = post(talking, CARD)

    again = post(talking, CARD)

    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json() == first.json()
    assert talking.contact.masked_messages == 1


def test_detectors_of_the_organisation_count(acme: Organisation, talking: Chat) -> None:
    text = "write to dora@example.com or DE89 3704 0044 0532 0130 00"
    look_for(acme, "iban")
    first = steps.say(talking, text)
    look_for(acme, "iban", "email")

    second = steps.say(talking, text)

    iban = f"{'*' * 18}3000"
    assert first["text"] == f"write to dora@example.com or {iban}"
    assert second["text"] == f"write to **@** or {iban}"


def test_the_sender_alone_is_told(alice: Agent, talking: Chat) -> None:
    with (
        sockets.desk_of(alice) as desk,
        sockets.page_of(talking) as page,
        sockets.page_of(talking) as other,
    ):
        page.send("send", client_id="one", text=CARD)
        mine, others = page.read_until("notice"), other.read_until("notice")
        heard = desk.heard()

    assert mine == others
    assert (mine["contact"], mine["code"]) == (str(talking.id), "masked")
    assert "card" in mine["text"]
    assert [f["message"]["text"] for f in heard if f["type"] == "message"] == [HIDDEN]
    assert "notice" not in [frame["type"] for frame in heard]


def test_an_agent_is_told_at_the_desk(alice: Agent, talking: Chat) -> None:
    with sockets.desk_of(alice) as desk, sockets.page_of(talking) as page:
        desk.send("send", contact=talking.id, client_id="one", text=CARD)
        notice = desk.read_until("notice")
        heard = page.heard_kinds()

    assert said_in(talking) == [HIDDEN]
    assert notice["code"] == "masked"
    assert "notice" not in heard


# --- a number in several messages ---------------------------------------------
def test_a_number_in_several_messages_is_hidden_in_all(talking: Chat) -> None:
    for part in ("My card: 4111 1111", "1111", "1111 is it"):
        steps.say(talking, part)

    lines = [line for line in steps.lines_of(talking) if line["kind"] == "text"]
    assert [line["text"] for line in lines] == [
        "My card: ********",
        "****",
        "1111 is it",
    ]
    assert [line["rev"] for line in lines] == [1, 1, 0]
    assert all(line["masked"] for line in lines)
    assert talking.contact.masked_messages == 3


def test_who_has_seen_the_first_part_sees_it_hidden(
    alice: Agent, talking: Chat
) -> None:
    first = steps.say(talking, "4111 1111")
    with sockets.desk_of(alice) as desk, sockets.page_of(talking) as page:
        steps.say(talking, "1111 1111")
        lines = [f["message"] for f in desk.heard() if f["type"] == "message"]
        mine = [f["message"] for f in page.heard() if f["type"] == "message"]

    by_seq = {line["seq"]: line for line in lines}
    assert by_seq[first["seq"]]["text"] == "********"
    assert by_seq[first["seq"]]["rev"] == 1
    assert by_seq[first["seq"] + 1]["text"] == "****1111"
    assert {line["seq"]: line for line in mine} == by_seq


def test_what_others_say_between_the_parts_does_not_help(
    alice: Agent, talking: Chat
) -> None:
    steps.say(talking, "4111 1111")
    steps.say(alice, "And the rest?", to=talking)
    steps.say(talking, "1111 1111")

    assert said_in(talking) == ["********", "And the rest?", "****1111"]


def test_parts_of_one_batch_are_hidden(talking: Chat) -> None:
    parts = ("4111 1111", "1111", "1111")
    drafts = [Draft(talking.id, CUSTOMER, part, part * 2) for part in parts[:2]]
    drafts.append(Draft(talking.id, CUSTOMER, parts[2], "last"))

    conversation.append(drafts, now=clock.now())

    assert said_in(talking) == ["********", "****", "1111"]
    assert set(Message.objects.values_list("rev", flat=True)) == {0}


@pytest.mark.parametrize(
    ("first", "second", "seconds"),
    [
        ("4111 1111", "1111 1111", 121),
        ("4111 1111", "that is 1111 1111", 0),
        ("4111 1111 is it", "1111 1111", 0),
        ("4111 1111", "1111 1112", 0),
    ],
)
def test_what_is_no_number_together_stays(
    talking: Chat, later: Later, first: str, second: str, seconds: int
) -> None:
    steps.say(talking, first)
    later(seconds=seconds)

    steps.say(talking, second)

    assert said_in(talking) == [first, second]


def test_numbers_of_two_speakers_are_not_put_together(
    alice: Agent, talking: Chat
) -> None:
    steps.say(alice, "4111 1111", to=talking)

    steps.say(talking, "1111 1111")

    assert said_in(talking) == ["4111 1111", "1111 1111"]


# --- dropped ------------------------------------------------------------------
def test_a_message_with_a_card_number_is_dropped(
    acme: Organisation, talking: Chat
) -> None:
    drop(acme)
    before = talking.contact.last_seq

    first, again = post(talking, CARD), post(talking, CARD)

    refuses(first, 422, "dropped")
    refuses(again, 422, "dropped")
    assert said_in(talking) == []
    assert talking.contact.last_seq == before
    assert talking.contact.dropped_messages == 2
    assert post(talking, "Sorry", client_id="two").status_code == 201


def test_a_socket_is_told_what_was_dropped(acme: Organisation, talking: Chat) -> None:
    drop(acme)
    with sockets.page_of(talking) as page, sockets.page_of(talking) as other:
        page.send("send", client_id="one", text=CARD)
        error, notice = page.read_until("error"), other.read_until("notice")

    assert (error["code"], error["client_id"]) == ("dropped", "one")
    assert (notice["code"], notice["contact"]) == ("dropped", str(talking.id))
    assert error["detail"] == notice["text"]
    assert said_in(talking) == []


def test_the_last_part_of_a_number_is_dropped_whenever_it_comes(
    acme: Organisation, talking: Chat
) -> None:
    drop(acme)
    steps.say(talking, "4111 1111")

    first = post(talking, "1111 1111", client_id="last")
    again = post(talking, "1111 1111", client_id="last")

    refuses(first, 422, "dropped")
    refuses(again, 422, "dropped")
    assert said_in(talking) == ["********"]


# --- what it costs ------------------------------------------------------------
def lines_stored(talking: Chat, *texts: str) -> int:
    drafts = [
        Draft(talking.id, CUSTOMER, text, f"{text} {clock.now()}") for text in texts
    ]
    with CaptureQueriesContext(connection) as captured:
        conversation.append(drafts, now=clock.now())
    return len(captured)


def test_ordinary_text_costs_no_query_more(talking: Chat) -> None:
    plain = lines_stored(talking, "Hello")

    assert lines_stored(talking, "It cost 12.50 for order 12345") == plain
    assert lines_stored(talking, "1111") == plain + 1  # it may go on from before
    assert lines_stored(talking, *(f"{n} times" for n in range(20))) == plain + 1


# --- who was away -------------------------------------------------------------
def make_lines(chat: Chat, number: int, *, changed: int) -> None:
    contact = chat.contact
    first = contact.last_seq + 1
    Message.objects.bulk_create(
        Message(
            contact=contact,
            seq=first + place,
            rev=int(place < changed),
            sender_kind="customer",
            sender_key="customer",
            text="x",
            created_at=clock.now(),
        )
        for place in range(number)
    )
    contact.last_seq += number
    contact.save(update_fields=["last_seq"])


def test_changed_lines_never_keep_new_ones_waiting_over_rest(talking: Chat) -> None:
    make_lines(talking, 700, changed=600)
    url, after = for_customers(talking, "messages"), 0
    seen: dict[int, Json] = {}

    while after < talking.contact.last_seq:
        page = customer_of(talking).get(url, {"after": after}).json()
        assert len(page) <= 500
        assert page == sorted(page, key=lambda line: line["seq"])
        seen |= {line["seq"]: line for line in page}
        assert page[-1]["seq"] > after
        after = page[-1]["seq"]

    assert list(seen) == list(range(1, talking.contact.last_seq + 1))


def test_all_changed_lines_come_by_the_cursor(talking: Chat) -> None:
    known = talking.contact.last_seq
    make_lines(talking, 1300, changed=1300)
    new_from = known + 1101
    seen: list[Json] = []
    with sockets.page_of(talking) as page:
        cursor = None
        for _ in range(10):
            page.send("sync", after=new_from - 1, next=cursor)
            frame = page.read_until("messages")
            assert len(frame["messages"]) <= 500
            seen += frame["messages"]
            cursor = frame["next"]
            if cursor is None:
                break

    assert {line["seq"] for line in seen[:500]} >= set(range(new_from, known + 1301))
    assert sorted(line["seq"] for line in seen) == list(range(known + 1, known + 1301))


@pytest.mark.parametrize("cursor", ["", "5", "1-2", "a-b-c", "1-2-3-4"])
def test_a_cursor_that_is_none_is_refused(talking: Chat, cursor: str) -> None:
    with sockets.page_of(talking) as page:
        page.send("sync", after=0, next=cursor)
        error = page.read_until("error")

    assert (error["code"], bool(error["detail"])) == ("invalid", True)


def test_who_knows_all_is_told_what_has_changed(talking: Chat) -> None:
    first = steps.say(talking, "4111 1111")
    steps.say(talking, "1111 1111")
    url = for_customers(talking, "messages")

    page = customer_of(talking).get(url, {"after": talking.contact.last_seq}).json()

    assert [line["seq"] for line in page] == [first["seq"]]
    assert queries.messages_after(talking.contact, talking.contact.last_seq + 1) == []
