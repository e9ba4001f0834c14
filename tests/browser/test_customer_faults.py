"""What befalls a customer's page, and what may never be lost or doubled by it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from playwright.sync_api import Page, expect

from contacts.models import Contact, Message, MessageKind
from tests.browser.steps import bubbles, editor, say, sending, start_chat

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Route, WebSocketRoute

    from agents.models import Agent
    from tests.browser.people import RestAgent
    from tests.browser.server import Server


class Line:
    """The wire between a page and the server, on which acks can be lost."""

    def __init__(self, page: Page) -> None:
        self.loses_acks = False
        self.is_limited = False
        page.route_web_socket("**/ws/chat/**", self._carry)

    def _carry(self, wire: WebSocketRoute) -> None:
        server = wire.connect_to_server()
        server.on_message(lambda text: self._deliver(wire, text))
        wire.on_message(lambda text: self._pass_on(wire, server, text))

    def _pass_on(
        self, wire: WebSocketRoute, server: WebSocketRoute, text: str | bytes
    ) -> None:
        frame = json.loads(text)
        if not (self.is_limited and frame["type"] == "send"):
            return server.send(text)
        refusal = {"type": "error", "code": "too_many", "detail": "", "retry_after": 3}
        return wire.send(json.dumps(refusal | {"client_id": frame["client_id"]}))

    def _deliver(self, wire: WebSocketRoute, text: str | bytes) -> None:
        if not (self.loses_acks and json.loads(text)["type"] == "ack"):
            wire.send(text)


def stored() -> list[str]:
    """Return what was said, as the database has it, in order."""
    rows = Message.objects.filter(kind=MessageKind.TEXT).order_by("seq")
    return list(rows.values_list("text", flat=True))


def test_a_reload_loses_nothing(
    chat: Page, alice: Agent, at_work: Callable[[Agent], RestAgent]
) -> None:
    start_chat(chat)
    worker = at_work(alice)
    worker.accept()
    say(chat, "one")
    expect(chat.get_by_text("Sent", exact=True)).to_be_visible()
    worker.say("two")
    expect(bubbles(chat)).to_have_text(["one", "two"])
    editor(chat).fill("half a thou")

    chat.reload()

    expect(bubbles(chat)).to_have_text(["one", "two"])
    expect(chat.get_by_text("Alice has joined the chat")).to_have_count(1)
    expect(editor(chat)).to_have_value("half a thou")


def test_what_a_limit_holds_back_says_when_it_goes_out(chat: Page) -> None:
    line = Line(chat)
    start_chat(chat)
    line.is_limited = True
    say(chat, "one")
    say(chat, "two")
    expect(chat.get_by_text("Goes out in")).to_have_count(2)

    line.is_limited = False

    expect(chat.get_by_text("Goes out in")).to_have_count(0)
    expect(bubbles(chat)).to_have_text(["one", "two"])
    expect(sending(chat)).to_have_count(0)
    assert stored() == ["one", "two"]


def test_a_reload_while_sending_loses_and_doubles_nothing(chat: Page) -> None:
    line = Line(chat)
    start_chat(chat)
    expect(chat.get_by_text("Nobody is here")).to_be_visible()
    line.loses_acks = True
    say(chat, "one")
    say(chat, "two")
    expect(sending(chat)).to_have_count(2)

    line.loses_acks = False
    chat.reload()

    expect(bubbles(chat)).to_have_text(["one", "two"])
    expect(sending(chat)).to_have_count(0)
    assert stored() == ["one", "two"]


def test_what_is_written_without_a_network_goes_out_afterwards(
    chat: Page, alice: Agent, at_work: Callable[[Agent], RestAgent]
) -> None:
    start_chat(chat)
    worker = at_work(alice)
    worker.accept()
    expect(chat.get_by_text("Alice has joined the chat")).to_be_visible()

    chat.context.set_offline(True)
    expect(chat.get_by_text("The connection is lost")).to_be_visible()
    say(chat, "one")
    say(chat, "two")
    expect(sending(chat)).to_have_count(2)
    worker.say("Are you still there?")
    assert worker.heard() == ["Are you still there?"]

    chat.context.set_offline(False)
    expect(sending(chat)).to_have_count(0)
    expect(chat.get_by_text("The connection is lost")).to_be_hidden()
    expect(bubbles(chat)).to_have_text(["Are you still there?", "one", "two"])
    assert worker.heard() == ["Are you still there?", "one", "two"]


def test_a_reload_without_a_server_keeps_what_was_written(
    chat: Page, server: Server
) -> None:
    start_chat(chat)
    say(chat, "one")
    expect(chat.get_by_text("Sent", exact=True)).to_be_visible()
    page = chat.context.new_page()
    server.kill()
    expect(chat.get_by_text("The connection is lost")).to_be_visible()
    say(chat, "two")
    expect(sending(chat)).to_have_count(1)
    chat.close()

    server.start()
    page.goto("/chat/direct/")

    expect(bubbles(page)).to_have_text(["one", "two"])
    expect(sending(page)).to_have_count(0)
    assert stored() == ["one", "two"]


def test_a_restarted_server_loses_and_doubles_nothing(
    chat: Page, server: Server, alice: Agent, at_work: Callable[[Agent], RestAgent]
) -> None:
    start_chat(chat)
    worker = at_work(alice)
    worker.accept()
    say(chat, "one")
    expect(chat.get_by_text("Sent", exact=True)).to_be_visible()

    server.stop()
    say(chat, "two")
    say(chat, "three")
    expect(sending(chat)).to_have_count(2)
    server.start()

    expect(sending(chat)).to_have_count(0)
    worker.say("four")
    expect(bubbles(chat)).to_have_text(["one", "two", "three", "four"])
    assert worker.heard() == ["one", "two", "three", "four"]


def test_a_server_killed_before_its_ack_doubles_nothing(
    chat: Page, server: Server
) -> None:
    line = Line(chat)
    start_chat(chat)
    other = chat.context.new_page()
    other.goto(chat.url)
    expect(other.get_by_text("Nobody is here")).to_be_visible()
    line.loses_acks = True
    say(chat, "one")
    expect(bubbles(other)).to_have_text(["one"])
    expect(sending(chat)).to_have_count(1)

    server.kill()
    line.loses_acks = False
    server.start()

    expect(sending(chat)).to_have_count(0)
    expect(bubbles(chat)).to_have_text(["one"])
    assert stored() == ["one"]


def test_two_tabs_of_one_chat_stay_live(chat: Page) -> None:
    start_chat(chat)
    other = chat.context.new_page()
    other.goto(chat.url)

    say(chat, "from the first")
    expect(bubbles(other)).to_have_text(["from the first"])
    say(other, "from the second")
    expect(bubbles(chat)).to_have_text(["from the first", "from the second"])

    expect(sending(other)).to_have_count(0)
    assert stored() == ["from the first", "from the second"]


def test_the_end_that_came_while_offline_is_seen(
    chat: Page, alice: Agent, at_work: Callable[[Agent], RestAgent]
) -> None:
    start_chat(chat)
    worker = at_work(alice)
    worker.accept()
    expect(chat.get_by_text("Alice has joined the chat")).to_be_visible()
    chat.context.set_offline(True)
    say(chat, "too late")
    worker.end()

    chat.context.set_offline(False)

    expect(chat.get_by_text("Alice has left the chat")).to_be_visible()
    expect(chat.get_by_text("Not sent: the chat has ended.")).to_be_visible()
    expect(editor(chat)).to_be_hidden()
    assert stored() == []


def test_a_lost_answer_to_the_start_opens_no_second_chat(chat: Page) -> None:
    def lose(route: Route) -> None:
        route.fetch()
        route.abort()

    chat.route("**/api/v1/chat/contacts/", lose, times=1)
    chat.get_by_role("button", name="Start chat").click()
    expect(chat.get_by_role("alert")).to_be_visible()
    assert Contact.objects.count() == 1

    start_chat(chat)

    expect(chat.get_by_text("Nobody is here")).to_be_visible()
    assert Contact.objects.count() == 1
    say(chat, "one")
    expect(bubbles(chat)).to_have_text(["one"])
    expect(sending(chat)).to_have_count(0)
