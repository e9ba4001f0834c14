"""Dora leaves a message, and gets her answer by mail (D30)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from rest_framework.test import APIClient

from agents.models import Mail, MultimediaProfile
from agents.services import mails
from contacts.models import Contact
from core import clock
from tests import steps
from tests.post_office import html_of, text_of
from tests.steps import API, Chat, client_for, for_agents, refuses

if TYPE_CHECKING:
    from pytest_django import Settings

    from agents.models import Agent, Organisation
    from queues.models import EntryPoint, Queue
    from tests.clockwork import Clockwork
    from tests.post_office import PostOffice
    from tests.steps import Json
    from wrapup.models import WrapUpCode

DORA = {"name": "Dora", "email": "dora@example.com"}
QUESTION = "Where is my order?"
CARD = "4111 1111 1111 1111"


@pytest.fixture
def open_for_mail(
    direct: EntryPoint, chat_profile: MultimediaProfile, post_office: PostOffice
) -> EntryPoint:
    """Acme's chat page, where messages can be left; agents take two of them."""
    direct.offline_messages = True
    direct.save(update_fields=["offline_messages"])
    chat_profile.email = 2
    chat_profile.save(update_fields=["email"])
    return direct


def leave(entry_point: EntryPoint, address: str = "", **body: Any) -> Any:
    body = {"customer": DORA, "text": QUESTION, **body}
    url = f"{API}/chat/entry-points/{entry_point.key}/offline-messages/"
    where = address or steps.somewhere()
    return APIClient().post(url, body, format="json", REMOTE_ADDR=where)


def left(entry_point: EntryPoint, **body: Any) -> Chat:
    answer = leave(entry_point, **body)
    assert answer.status_code == 201, answer.content
    assert answer.json().keys() == {"contact"}
    return Chat(answer.json()["contact"], "")


def connected(agent: Agent, entry_point: EntryPoint) -> Chat:
    steps.go_available(agent)
    chat = left(entry_point)
    steps.accept(agent, chat)
    return chat


def line(agent: Agent, chat: Chat) -> Json:
    lines = client_for(agent).get(for_agents(chat, "messages")).json()
    found: Json = [line for line in lines if line["sender"]["kind"] == "agent"][-1]
    return found


def test_a_message_waits_in_the_queue_like_any_contact(
    open_for_mail: EntryPoint, alice: Agent, support: Queue
) -> None:
    page = {"url": "https://shop.example/delivery", "title": "Delivery"}

    chat = left(open_for_mail, page=page)

    contact = chat.contact
    assert (contact.channel, contact.state) == ("email", "queued")
    assert (contact.queue, contact.entry_point) == (support, open_for_mail)
    assert contact.prechat == DORA
    assert (contact.page_url, contact.page_title) == (page["url"], page["title"])
    assert (contact.customer.name, contact.customer.email) == tuple(DORA.values())
    assert contact.messages.get().text == QUESTION
    steps.go_available(alice)
    (card,) = steps.cards_of(alice)
    assert (card["channel"], card["state"]) == ("email", "offered")
    assert card["last_message"]["text"] == QUESTION


def test_a_typed_address_leads_to_nobody_who_is_known(
    open_for_mail: EntryPoint, dora: Any
) -> None:
    chat = left(open_for_mail)

    assert chat.contact.customer != dora


def test_it_is_taken_from_a_chat_that_is_full_or_off(
    open_for_mail: EntryPoint, support: Queue
) -> None:
    support.max_waiting = 0
    support.save(update_fields=["max_waiting"])
    open_for_mail.is_active = False
    open_for_mail.save(update_fields=["is_active"])

    left(open_for_mail)

    url = f"{API}/chat/entry-points/{open_for_mail.key}/"
    seen = APIClient().get(url).json()
    assert (seen["open"], seen["offline_messages"]) == (False, True)


def test_messages_take_no_place_from_those_who_chat(
    open_for_mail: EntryPoint, support: Queue
) -> None:
    support.max_waiting, support.max_time_in_queue = 1, 60
    support.save(update_fields=["max_waiting", "max_time_in_queue"])
    chat = left(open_for_mail)

    after = steps.open_chat(open_for_mail)

    assert chat.contact.wait_deadline is None
    view = steps.customer_of(after).get(steps.for_customers(after)).json()
    assert view["queue_position"] == 1


@pytest.mark.parametrize("missing", ["switch", "server", "sender", "queue"])
def test_where_it_is_off_nothing_is_taken(
    open_for_mail: EntryPoint, support: Queue, settings: Settings, missing: str
) -> None:
    match missing:
        case "switch":
            open_for_mail.offline_messages = False
            open_for_mail.save(update_fields=["offline_messages"])
        case "server":
            settings.EMAIL_URL = ""
        case "sender":
            settings.EMAIL_FROM = ""
        case "queue":
            support.is_active = False
            support.save(update_fields=["is_active"])

    answer = leave(open_for_mail)

    refuses(answer, 409, "closed")
    assert not Contact.objects.exists()
    url = f"{API}/chat/entry-points/{open_for_mail.key}/"
    assert APIClient().get(url).json()["offline_messages"] is False


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"customer": {"name": "Dora"}}, "customer.email"),
        ({"customer": {"email": "dora"}}, "customer.email"),
        ({"customer": {"email": "d@x.example\nBcc: e@x.example"}}, "customer.email"),
        ({"text": " "}, "text"),
        ({"text": "x" * 8001}, "text"),
        ({"text": "x" * 100_000}, "text"),
        ({"text": None}, "text"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_stored(
    open_for_mail: EntryPoint, body: Json, field: str
) -> None:
    answer = leave(open_for_mail, **body)

    refuses(answer, 400, "invalid", errors=[field])
    assert not Contact.objects.exists()
    assert not Mail.objects.exists()


def test_card_numbers_are_masked_or_the_message_is_refused(
    open_for_mail: EntryPoint, acme: Organisation
) -> None:
    masked = left(open_for_mail, text=f"Pay with {CARD}")
    acme.sensitive_data_policy = "drop"
    acme.save(update_fields=["sensitive_data_policy"])
    refused = leave(open_for_mail, text=f"Pay with {CARD}")

    assert masked.contact.messages.get().text == "Pay with ************1111"
    refuses(refused, 422, "dropped")
    assert Contact.objects.count() == 1


def test_one_address_leaves_only_so_many(
    open_for_mail: EntryPoint, settings: Settings
) -> None:
    settings.CONTACTS_PER_MINUTE = 1
    address = steps.somewhere()
    assert leave(open_for_mail, address).status_code == 201

    answer = leave(open_for_mail, address)

    assert answer.status_code == 429
    assert answer["Retry-After"]
    assert Contact.objects.count() == 1


def test_a_blocked_address_leaves_none(open_for_mail: EntryPoint, sam: Agent) -> None:
    address = steps.somewhere()
    block = {"kind": "address", "value": address, "reason": "Insults"}
    client_for(sam).post(f"{API}/blocks/", block, format="json")

    refused = leave(open_for_mail, address)

    refuses(refused, 409, "blocked")
    assert not Contact.objects.exists()


def test_an_unknown_entry_point_is_unknown(open_for_mail: EntryPoint) -> None:
    open_for_mail.key = "unknown"

    refuses(leave(open_for_mail), 404, "not_found")


def test_the_answer_goes_out_as_mail(
    open_for_mail: EntryPoint,
    acme: Organisation,
    alice: Agent,
    post_office: PostOffice,
    resolved: WrapUpCode,
) -> None:
    acme.reply_to_email = "help@acme.example"
    acme.save(update_fields=["reply_to_email"])
    chat = connected(alice, open_for_mail)
    (card,) = steps.cards_of(alice)
    assert card["controls"] == ["send", "transfer", "end"]

    said = steps.say(alice, "On its way <today>", to=chat)
    post_office.sends()

    assert (said["mail"], said["mail_error"], said["rev"]) == ("queued", None, 0)
    (letter,) = post_office.letters
    assert (letter["To"], letter["Reply-To"]) == (DORA["email"], "help@acme.example")
    assert letter["Auto-Submitted"] is None
    for part in (text_of(letter), html_of(letter)):
        assert "Alice" in part
        assert QUESTION in part
        assert "help@acme.example" in part
    assert "On its way <today>" in text_of(letter)
    assert "On its way &lt;today&gt;" in html_of(letter)
    now = line(alice, chat)
    assert (now["mail"], now["mail_error"], now["rev"]) == ("sent", None, 1)
    steps.end(alice, chat)
    steps.wrap_up(alice, chat, resolved)
    assert chat.contact.closed_at is not None
    assert len(post_office.letters) == 1


def test_without_an_address_for_answers_the_mail_says_where_to_write(
    open_for_mail: EntryPoint, alice: Agent, post_office: PostOffice
) -> None:
    chat = connected(alice, open_for_mail)

    steps.say(alice, "On its way", to=chat)
    post_office.sends()

    (letter,) = post_office.letters
    assert letter["Reply-To"] is None
    assert "https://chat.acme.example/chat/direct/" in text_of(letter)


def test_a_failed_mail_is_told_and_sent_again_to_the_right_address(
    open_for_mail: EntryPoint, alice: Agent, post_office: PostOffice
) -> None:
    post_office.at_address[DORA["email"]] = "550 5.1.1 Nobody of this name"
    chat = connected(alice, open_for_mail)
    seq = steps.say(alice, "On its way", to=chat)["seq"]
    before = chat.contact.version
    post_office.sends()
    failed = line(alice, chat)
    assert failed["mail"] == "failed"
    assert "Nobody of this name" in failed["mail_error"]
    assert chat.contact.version > before
    client = client_for(alice)
    url = for_agents(chat, f"messages/{seq}/send-again")
    again = client.post(url).json()
    assert (again["mail"], "refused it before" in again["mail_error"]) == (
        "failed",
        True,
    )
    corrected = {"email": "dora@example.org"}
    client.patch(for_agents(chat, "customer"), corrected, format="json")
    steps.end(alice, chat)

    first, second = client.post(url).json(), client.post(url).json()
    post_office.sends()

    assert first == second
    assert first["mail"] == "queued"
    (letter,) = post_office.letters
    assert letter["To"] == "dora@example.org"
    assert line(alice, chat)["mail"] == "sent"
    refuses(client.post(url), 409, "wrong_state")
    assert len(post_office.letters) == 1


def test_a_limit_fails_the_mail_and_not_the_line(
    open_for_mail: EntryPoint, alice: Agent, settings: Settings
) -> None:
    settings.MAILS_PER_ADDRESS = 1
    chat = connected(alice, open_for_mail)
    steps.say(alice, "One", to=chat)

    said = steps.say(alice, "Two", to=chat)

    assert said["mail"] == "failed"
    assert "Too many mails" in said["mail_error"]
    assert Mail.objects.count() == 1


def test_only_lines_that_went_out_as_mail_are_sent_again(
    open_for_mail: EntryPoint, alice: Agent, bob: Agent, talking: Chat
) -> None:
    seq = steps.say(alice, "Hello", to=talking)["seq"]
    assert line(alice, talking)["mail"] is None
    chat = left(open_for_mail)
    steps.accept(alice, chat)
    said = steps.say(alice, "Hello", to=chat)["seq"]

    for where, number, status in ((talking, seq, 404), (chat, 1, 404), (chat, 99, 404)):
        url = for_agents(where, f"messages/{number}/send-again")
        assert client_for(alice).post(url).status_code == status
    url = for_agents(chat, f"messages/{said}/send-again")
    assert client_for(bob).post(url).status_code == 404
    assert Mail.objects.count() == 1


def test_the_customer_of_a_message_is_never_lost(
    open_for_mail: EntryPoint, alice: Agent, acme: Organisation, clockwork: Clockwork
) -> None:
    acme.customer_inactivity_seconds = 60
    acme.save(update_fields=["customer_inactivity_seconds"])
    chat = left(open_for_mail)

    clockwork.runs(seconds=acme.customer_grace_seconds + 60)

    assert chat.contact.state == "queued"
    steps.go_available(alice)
    steps.accept(alice, chat)
    steps.say(alice, "On its way", to=chat)
    assert chat.contact.state == "connected"


def test_a_transfer_that_nobody_answers_puts_it_back(
    open_for_mail: EntryPoint, alice: Agent, bob: Agent, clockwork: Clockwork
) -> None:
    chat = connected(alice, open_for_mail)
    steps.go_available(bob)
    steps.transfer(alice, chat, to=bob)

    clockwork.passes(seconds=60)

    assert chat.contact.state in {"queued", "offered"}


def test_a_contact_of_an_integration_has_no_lines_as_before(
    open_for_mail: EntryPoint, ada: Agent, alice: Agent, support: Queue
) -> None:
    steps.go_available(alice)
    body = {"channel": "email", "queue": support.pk, "customer": DORA}
    made = client_for(ada).post(f"{API}/contacts/", body, format="json").json()
    chat = Chat(made["id"], "")
    steps.accept(alice, chat)

    body = {"client_id": "1", "text": "Hello"}
    answer = client_for(alice).post(for_agents(chat, "messages"), body, format="json")

    refuses(answer, 409, "wrong_state")
    assert not Mail.objects.exists()


def test_a_suppressed_address_fails_at_once(
    open_for_mail: EntryPoint, acme: Organisation, alice: Agent, post_office: PostOffice
) -> None:
    mails.suppress(DORA["email"], acme, reason="550", now=clock.now())
    chat = connected(alice, open_for_mail)

    said = steps.say(alice, "On its way", to=chat)
    post_office.sends()

    assert (said["mail"], "refused it" in said["mail_error"]) == ("failed", True)
    assert not post_office.letters
