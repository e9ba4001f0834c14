"""Pairs of commands by the owner, the colleague, the customer, a supervisor and the
clock, at once and in both orders: one consistent outcome, one line for each event, no
slot lost (domain 3 and 4)."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from agents.models import AgentState
from contacts import jobs
from core import clock
from tests.contacts.races import (
    by,
    by_customer,
    by_the_clock,
    events,
    live,
    race,
    state_of,
    to,
)
from tests.journeys import invariants
from tests.steps import API, client_for
from wrapup.services import losses

if TYPE_CHECKING:
    from collections.abc import Callable

    from agents.models import Agent, Organisation
    from tests.contacts.races import Command
    from tests.contacts.situations import Situations
    from tests.steps import Chat
    from wrapup.models import WrapUpCode

pytestmark = [pytest.mark.postgresql, pytest.mark.longest]

# What the customer has read since Alice came: who joined (+) and left (-), by initial;
# "?" for an agent without a name, "~" for the queue, "!" for the end. Then the slots
# in use, and the state of who is not Available: [r]ona, [i]dle, [o]ffline.
TABLE = """
situation   first      second     answers events        slots
connected   leave      move       204 409 -D!           A1 B0 C0
connected   move       leave      200 204 -A-D!         A1 B0 C0
connected   give       move       200 409 -A            A1 B0 C1
connected   move       give       200 409 -A            A1 B0 C0
connected   end        give       200 409 -A!           A1 B0 C0
connected   give       end        200 409 -A            A1 B0 C1
connected   end        move       200 409 -A!           A1 B0 C0
connected   move       end        200 409 -A            A1 B0 C0
connected   end        ask        200 409 -A!           A1 B0 C0
connected   ask        end        200 200 -A!           A1 B0 C0
connected   ask        give       200 200 -A            A1 B0 C1
connected   give       ask        200 409 -A            A1 B0 C1
connected   ask        ask_bob    200 409 .             A1 B0 C1
connected   ask        ask        200 200 .             A1 B0 C1
connected   leave      ask        204 409 -D!           A1 B0 C0
connected   ask        leave      200 204 -D!           A1 B0 C0
connected   lose_alice give       1   409 -A~           A0o B1 C0
connected   give       lose_alice 200 1   -A            A0o B0 C1
connected   requeue    give       200 409 -A~           A0 B1 C0
connected   give       requeue    200 200 -A            A1 B1 C0
connected   close      give       200 409 -A!           A0 B0 C0
connected   give       close      200 200 -A!           A1 B0 C0
connected   idle_carol give       200 409 .             A1 B0 C0i
connected   give       idle_carol 200 200 -A-?!         A1 B0 C0i
pending     clock      join       1   409 .             A1 B0r C1
pending     join       clock      200 0   +B            A1 B1 C0
pending     clock      end        1   200 -A!           A1 B0r C0
pending     end        clock      200 0   -A!           A1 B0 C0
pending     clock      leave      1   204 -D!           A1 B0r C0
pending     leave      clock      204 0   -D!           A1 B0 C0
pending     clock      give       1   200 -A            A1 B0r C1
pending     give       clock      200 0   -A            A1 B0 C1
pending     clock      move       1   200 -A            A1 B0r C0
pending     move       clock      200 0   -A            A1 B0 C0
pending     clock      requeue    1   200 -A~           A0 B0r C1
pending     requeue    clock      200 0   -A~           A0 B1 C0
pending     join       end        200 409 +B            A1 B1 C0
pending     end        join       200 409 -A!           A1 B0 C0
pending     join       move       200 409 +B            A1 B1 C0
pending     move       join       200 409 -A            A1 B0 C0
pending     join       silence    200 1   +B!           A1 B0 C0
pending     silence    join       1   409 !             A1 B0 C0
pending     join       lose_alice 200 1   +B-A          A0o B1 C0
pending     lose_alice join       1   409 -A~           A0o B1 C0
pending     join       close      200 200 +B-A-B!       A0 B0 C0
pending     close      join       200 409 -A!           A0 B0 C0
pending     join       requeue    200 200 +B-A-B~       A0 B0 C1
pending     requeue    join       200 409 -A~           A0 B1 C0
pending     decline    cancel     204 200 .             A1 B0 C0
pending     cancel     decline    200 409 .             A1 B0 C0
pending     decline    clock      204 0   .             A1 B0 C1
pending     clock      decline    1   409 .             A1 B0r C1
pending     idle       join       200 409 .             A1 B0i C1
pending     join       idle       200 200 +B            A1 B1i C0
pending     idle       cancel     200 200 .             A1 B0i C0
pending     cancel     idle       200 200 .             A1 B0i C0
pending     cancel     leave      200 204 -D!           A1 B0 C0
pending     leave      cancel     204 200 -D!           A1 B0 C0
pending     cancel     give       200 200 -A            A1 B0 C1
pending     give       cancel     200 409 -A            A1 B0 C1
pending     cancel     end        200 200 -A!           A1 B0 C0
pending     end        cancel     200 409 -A!           A1 B0 C0
joined      drop       over       200 409 +B-B          A1 B0 C0
joined      over       drop       200 409 +B-B-A!       A1 B0 C0
joined      drop       leave      200 204 +B-B-D!       A1 B0 C0
joined      leave      drop       204 409 +B-D!         A1 B0 C0
joined      exit       leave      204 204 +B-B-D!       A1 B0 C0
joined      leave      exit       204 204 +B-D!         A1 B0 C0
joined      exit       give       204 200 +B-B-A        A1 B0 C1
joined      give       exit       409 204 +B-B          A1 B0 C0
joined      drop       give       200 200 +B-B-A        A1 B0 C1
joined      give       drop       409 200 +B-B          A1 B0 C0
joined      exit       exit       204 204 +B-B          A1 B0 C0
joined      drop       drop       200 200 +B-B          A1 B0 C0
joined      over       over       200 200 +B-B-A!       A1 B0 C0
joined      exit       lose_alice 204 1   +B-B-A~       A0o B0 C1
joined      lose_alice exit       1   403 +B-A          A0o B1 C0
joined      drop       lose_bob   200 1   +B-B          A1 B0o C0
joined      lose_bob   drop       1   409 +B-B          A1 B0o C0
joined      over       lose_bob   200 1   +B-B-A!       A1 B0o C0
joined      lose_bob   over       1   409 +B-B          A1 B0o C0
joined      leave      lose_alice 204 1   +B-D!         A0o B0 C0
joined      lose_alice leave      1   204 +B-A-D!       A0o B1 C0
joined      lose_alice lose_bob   1   1   +B-A-B~       A0o B0o C1
joined      lose_bob   lose_alice 1   1   +B-B-A~       A0o B0o C1
joined      over       close      200 409 +B-B-A!       A1 B0 C0
joined      close      over       200 409 +B-A-B!       A0 B0 C0
joined      exit       close      204 200 +B-B-A!       A0 B0 C0
joined      close      exit       200 204 +B-A-B!       A0 B0 C0
joined      exit       requeue    204 200 +B-B-A~       A0 B0 C1
joined      requeue    exit       200 204 +B-A-B~       A0 B0 C1
joined      leave      requeue    204 409 +B-D!         A1 B0 C0
joined      requeue    leave      200 204 +B-A-B~-D!    A0 B0 C0
joined      say        drop       201 200 +B-B          A1 B0 C0
joined      drop       say        200 403 +B-B          A1 B0 C0
joined      over       silence    200 1   +B-B-A!       A1 B0 C0
joined      silence    over       1   200 +B!           A1 B0 C0
transferred clock      leave      1   204 -A-?!         A1 B0r C0
transferred leave      clock      204 0   -A-D!         A1 B0 C0
transferred join       leave      200 204 -A+B-D!       A1 B1 C0
transferred leave      join       204 409 -A-D!         A1 B0 C0
transferred decline    leave      204 204 -A-?!         A1 B0 C0
transferred leave      decline    204 409 -A-D!         A1 B0 C0
transferred decline    clock      204 0   -A-?!         A1 B0 C0
transferred clock      decline    1   409 -A-?!         A1 B0r C0
transferred idle       join       200 409 -A-?!         A1 B0i C0
transferred join       idle       200 200 -A+B          A1 B1i C0
transferred lose_bob   join       1   409 -A-?!         A1 B0o C0
transferred join       lose_bob   200 1   -A+B-B~       A1 B0o C1
transferred reason     clock      204 0   -A            A0 B1 C0
transferred clock      reason     1   204 -A-?!         A0 B0r C0
transferred reason     join       204 200 -A+B          A0 B1 C0
transferred join       reason     200 204 -A+B          A0 B1 C0
transferred close      join       200 409 -A!           A1 B0 C0
transferred join       close      200 200 -A+B-B!       A1 B0 C0
transferred requeue    join       200 409 -A            A1 B1 C0
transferred join       requeue    200 200 -A+B-B~       A1 B0 C1
transferred join       join       200 200 -A+B          A1 B1 C0
"""
CELLS = [tuple(line.split()) for line in TABLE.strip().splitlines()[1:]]
ROWS = [(*cells[:3], cells[3:]) for cells in CELLS]
MARKS = {
    "has joined the chat": "+",
    "has left the chat": "-",
    "Waiting in": "~",
    "The chat has ended": "!",
}
WHO = {"Alice": "A", "Bob": "B", "Carol": "C", "The customer": "D", "The agent": "?"}
STATES = {AgentState.RONA: "r", AgentState.IDLE: "i", AgentState.OFFLINE: "o"}


def goes_idle(agent: Agent) -> Command:
    client = client_for(agent)
    url = f"{API}/me/state/"
    return lambda: client.put(url, {"state": "idle"}, format="json").status_code


def is_lost(agent: Agent) -> Command:
    def lose() -> int:
        losses.lose(agent_id=agent.pk, reason="gone", now=clock.now())
        return 1

    return lose


def silence() -> int:
    """Return at how many chats in which nobody said anything the clock has looked."""
    return jobs.end_inactive_chats(clock.now() + timedelta(minutes=2))


@pytest.fixture
def commands(
    acme: Organisation, sam: Agent, resolved: WrapUpCode, situations: Situations
) -> Callable[[Chat], dict[str, Command]]:
    """Return a function that gives what people can do to a chat, each to be done
    later; the answer is a number."""
    acme.customer_inactivity_seconds = 60
    acme.save(update_fields=["customer_inactivity_seconds"])
    alice, bob, carol = situations.alice, situations.bob, situations.carol
    to_sales = {"destination_type": "queue", "to": situations.sales.pk}

    def on(chat: Chat) -> dict[str, Command]:
        return {
            "join": by(bob, chat, "accept"),
            "decline": by(bob, chat, "decline"),
            "exit": by(bob, chat, "conference/exit"),
            "say": by(bob, chat, "messages", client_id="1", text="Hello"),
            "cancel": by(alice, chat, "conference/cancel"),
            "drop": by(alice, chat, "conference/drop"),
            "over": by(alice, chat, "conference/end"),
            "end": by(alice, chat, "end"),
            "reason": by(alice, chat, "wrap-up", wrapup_code=resolved.pk),
            "give": by(alice, chat, "transfer", **to(carol)),
            "move": by(alice, chat, "transfer", **to_sales),
            "ask": by(alice, chat, "conference", agent=carol.pk),
            "ask_bob": by(alice, chat, "conference", agent=bob.pk),
            "close": by(sam, chat, "close", reason="Stuck"),
            "requeue": by(sam, chat, "requeue", reason="Stuck"),
            "idle": goes_idle(bob),
            "idle_carol": goes_idle(carol),
            "lose_alice": is_lost(alice),
            "lose_bob": is_lost(bob),
            "leave": by_customer(chat),
            "clock": by_the_clock,
            "silence": silence,
        }

    return on


def told(chat: Chat) -> str:
    """Return the events in the words of the table."""
    marks = []
    for text in events(chat):
        [mark] = [mark for words, mark in MARKS.items() if words in text]
        name = [initial for who, initial in WHO.items() if text.startswith(who)]
        marks.append(mark + "".join(name))
    return "".join(marks) or "."


def hands(agent: Agent) -> str:
    initial = WHO[agent.display_name]
    return f"{initial}{live(agent)}{STATES.get(AgentState(state_of(agent)), '')}"


@pytest.mark.parametrize(("situation", "first", "second", "row"), ROWS)
def test_the_pair(
    situation: str,
    first: str,
    second: str,
    row: tuple[str, ...],
    situations: Situations,
    commands: Callable[[Chat], dict[str, Command]],
) -> None:
    chat: Chat = getattr(situations, situation)()
    can = commands(chat)

    answers = race(can[first], can[second])

    slots = [hands(each) for each in (situations.alice, situations.bob)]
    slots.append(hands(situations.carol))
    happened = (*map(str, answers), told(chat), *slots)
    assert happened == row
    invariants.check_always()
