"""Frames of one contact's state may overtake each other: its version says which of
two is the newer one (contract 4)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from contacts import jobs, queries
from contacts.serializers import customers_json
from core import clock
from tests import sockets, steps
from tests.steps import API, client_for, customer_of, for_agents, for_customers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any

    from agents.models import Agent, Organisation
    from queues.models import EntryPoint
    from tests.steps import Chat, Json


def then(read: Callable[..., Any], happens: Callable[[], object]) -> Callable[..., Any]:
    """Let something happen once between the reading of a state and its telling."""
    waiting = [happens]

    def reads(*args: Any, **kwargs: Any) -> Any:
        found = read(*args, **kwargs)
        if waiting:
            waiting.pop()()
        return found

    return reads


def shown(frames: Iterable[Json]) -> Json:
    """Return what a client that follows the rule shows after these frames."""
    held: Json = {"version": 0}
    for told in frames:
        if told["version"] >= held["version"]:
            held = told
    return held


def card_of(agent: Agent) -> Json:
    [card] = steps.cards_of(agent)
    return card


def view_of(chat: Chat) -> Json:
    return dict(customer_of(chat).get(for_customers(chat)).json())


# --- one overtakes the other ------------------------------------------------------
def test_a_card_that_was_overtaken_is_known_as_old(
    alice: Agent, talking: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    def end() -> None:
        steps.end(alice, talking)

    with sockets.desk_of(alice) as desk:
        overtaken = then(queries.cards_in_hand, end)
        monkeypatch.setattr(queries, "cards_in_hand", overtaken)
        steps.leave(talking)
        cards = [frame["card"] for frame in desk.heard() if frame["type"] == "card"]

    assert [card["state"] for card in cards][-2:] == ["wrapup", "connected"]
    assert shown(cards) == card_of(alice)


def test_a_view_that_was_overtaken_is_known_as_old(
    alice: Agent, direct: EntryPoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    chat = steps.open_chat(direct)

    def accept() -> None:
        steps.accept(alice, chat)

    with sockets.page_of(chat) as page:
        shape = then(customers_json, accept)
        monkeypatch.setattr("contacts.events.customers_json", shape)
        steps.go_available(alice)
        views = [f["contact"] for f in page.heard() if f["type"] == "contact"]

    assert [view["state"] for view in views] == ["connected", "offered"]
    assert shown(views)["agents"] == ["Alice"]


# --- what has a version of its own ------------------------------------------------
def test_reading_is_a_change_of_the_card_alone(alice: Agent, talking: Chat) -> None:
    steps.say(talking, "Hello")
    card, view = card_of(alice), view_of(talking)

    for _ in range(2):
        client_for(alice).post(for_agents(talking, "read"), {"seq": 2}, format="json")

    assert card_of(alice)["version"] == card["version"] + 1
    assert view_of(talking) == view


def test_a_line_counts_as_one(alice: Agent, talking: Chat) -> None:
    card, view = card_of(alice), view_of(talking)

    steps.say(talking, "Hello")
    steps.say(alice, "Good morning", to=talking)

    assert card_of(alice)["version"] == card["version"] + 2
    assert view_of(talking)["version"] == view["version"] + 2


def test_a_new_name_of_the_customer_is_a_change(alice: Agent, talking: Chat) -> None:
    before = card_of(alice)

    url = for_agents(talking, "customer")
    client_for(alice).patch(url, {"name": "Dorothea"}, format="json")

    assert card_of(alice)["version"] > before["version"]


def test_a_changed_setting_is_a_change_of_the_cards_it_shows_on(
    acme: Organisation, ada: Agent, alice: Agent, ended: Chat
) -> None:
    before = card_of(alice)
    assert before["wrapup_deadline"] is None

    body = {"auto_wrapup_seconds": 60}
    response = client_for(ada).patch(f"{API}/organisation/", body, format="json")

    assert response.status_code == 200, response.content
    card = card_of(alice)
    assert card["wrapup_deadline"] is not None
    assert card["version"] > before["version"]


def test_a_refused_command_is_none(alice: Agent, bob: Agent, talking: Chat) -> None:
    before = card_of(alice)

    assert client_for(bob).post(for_agents(talking, "end")).status_code == 404
    assert client_for(alice).post(for_agents(talking, "accept")).status_code == 200

    assert card_of(alice) == before


# --- the pong tells it --------------------------------------------------------------
def test_a_pong_tells_a_desk_the_versions_of_its_cards(
    alice: Agent, bob: Agent, talking: Chat, direct: EntryPoint
) -> None:
    steps.say(talking, "Hello")
    client_for(alice).post(for_agents(talking, "read"), {"seq": 2}, format="json")
    given_away = steps.connected(alice, direct)
    steps.go_available(bob)
    steps.transfer(alice, given_away, to=bob)
    with sockets.desk_of(alice) as desk:
        desk.send("ping")
        pong = desk.read_until("pong")

    cards = {card["contact"]: card for card in steps.cards_of(alice)}
    assert pong["versions"].keys() == pong["last_seq"].keys() == {str(talking.id)}
    assert pong["versions"][str(talking.id)] == cards[str(talking.id)]["version"]


def test_a_pong_tells_a_page_the_version_of_its_chat(talking: Chat) -> None:
    with sockets.page_of(talking) as page:
        page.send("ping")
        pong = page.read_until("pong")

        view = view_of(talking)
        assert page.welcome["contact"] == view
    assert pong["versions"] == {str(talking.id): view["version"]}
    assert pong["last_seq"] == {str(talking.id): view["last_seq"]}


def test_who_gave_a_chat_away_does_not_hear_that_it_goes_on(
    alice: Agent, bob: Agent, talking: Chat
) -> None:
    steps.go_available(bob)
    before = card_of(alice)
    steps.transfer(alice, talking, to=bob)
    card = card_of(alice)
    assert card["version"] > before["version"]

    steps.accept(bob, talking)
    steps.say(bob, "Good morning", to=talking)
    jobs.send_cards(clock.now())

    assert card_of(alice) == card
