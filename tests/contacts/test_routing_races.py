"""Routers, agents and timers at once, in threads on PostgreSQL (domain 4.4, E1-E2).

SQLite lets one write at a time, so that there is nothing to prove there.
"""

from __future__ import annotations

import random
from collections import defaultdict
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from agents.models import Agent, BlendingMode, Channel
from contacts import queries
from contacts.access import OfferGone
from contacts.models import (
    LIVE_STATES,
    Assignment,
    AssignmentState,
    Contact,
    ContactState,
    Message,
)
from contacts.services import availability, ending, offers, router
from core.errors import DomainError
from tests import steps
from tests.contacts.floor import shares_of, state_of
from tests.factories import AgentFactory, ContactFactory, MultimediaProfileFactory
from tests.threads import at_once
from wrapup.services import wrapups

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from agents.models import Organisation, Team
    from contacts.models import Customer
    from queues.models import EntryPoint, Queue
    from tests.clockwork import Clockwork
    from wrapup.models import WrapUpCode

pytestmark = pytest.mark.postgresql

ROUTERS = 8
AGENTS = 20
CONTACTS = 200
PROFILES: list[dict[str, Any]] = [
    {"blending_mode": BlendingMode.BLENDED, "voice": 1, "chat": 2, "email": 1},
    {"blending_mode": BlendingMode.BLENDED, "chat": 3, "social": 2},
    {"blending_mode": BlendingMode.BLENDED_REALTIME, "voice": 1, "chat": 2, "email": 2},
    {
        "blending_mode": BlendingMode.EXCLUSIVE,
        "voice": 1,
        "chat": 1,
        "email": 1,
        "social": 1,
    },
]


@pytest.fixture
def floor(
    acme: Organisation, front_line: Team, clockwork: Clockwork
) -> dict[int, dict[str, Any]]:
    """Twenty Available agents of mixed profiles: {agent: profile}."""
    profiles = [
        MultimediaProfileFactory.create(organisation=acme, **({"chat": 0} | slots))
        for slots in PROFILES
    ]
    people = {}
    for number in range(AGENTS):
        kind = number % len(PROFILES)
        agent = AgentFactory.create(
            organisation=acme, teams=[front_line], multimedia_profile=profiles[kind]
        )
        clockwork.moves(seconds=1)
        availability.set_state(agent=agent, state="available", now=clockwork.now)
        people[agent.pk] = PROFILES[kind]
    return people


@pytest.fixture
def line(
    acme: Organisation, support: Queue, dora: Customer, clockwork: Clockwork
) -> list[Contact]:
    """Two hundred contacts of all channels, one after the other."""
    chance = random.Random(200)
    contacts = []
    for _ in range(CONTACTS):
        clockwork.moves(seconds=1)
        contacts.append(
            ContactFactory.create(
                organisation=acme,
                queue=support,
                customer=dora,
                channel=chance.choice(Channel.values),
            )
        )
    return contacts


class Worker:
    """Routes, and does what agents do, in one thread, until all contacts are over."""

    def __init__(
        self,
        floor: dict[int, dict[str, Any]],
        *,
        organisation_id: int,
        code_id: int,
        now: datetime,
        seed: int,
    ) -> None:
        self._floor = floor
        self._organisation_id = organisation_id
        self._code_id = code_id
        self._now = now
        self._chance = random.Random(seed)

    def __call__(self) -> None:
        while Contact.objects.filter(closed_at=None).exists():
            router.route(organisation_id=self._organisation_id, now=self._now)
            self.check()
            self._work()
            self.check()

    def check(self) -> None:
        """Nobody has more in hand than the profile allows; one statement sees one
        moment."""
        rows = Assignment.objects.filter(state__in=LIVE_STATES).values_list(
            "agent", "contact__channel"
        )
        hands: defaultdict[int, list[str]] = defaultdict(list)
        for agent_id, channel in rows:
            hands[agent_id].append(channel)
        for agent_id, channels in hands.items():
            assert allows(self._floor[agent_id], channels), channels

    def _work(self) -> None:
        """Take some share one step further; somebody else may be faster."""
        shares = list(Assignment.objects.filter(state__in=LIVE_STATES)[:30])
        for share in self._chance.sample(shares, min(3, len(shares))):
            try:
                self._step(share)
            except DomainError:
                continue

    def _step(self, share: Assignment) -> None:
        if share.state == AssignmentState.OFFERED:
            offers.accept(share=share, now=self._now)
        elif share.state == AssignmentState.CONNECTED:
            ending.end(share=share, now=self._now)
        else:
            wrapups.complete(share=share, wrapup_code_id=self._code_id, now=self._now)


def allows(profile: dict[str, Any], channels: list[str]) -> bool:
    """Whether the profile allows these contacts together; told apart from the rule
    that routing goes by."""
    if profile["blending_mode"] == BlendingMode.EXCLUSIVE and len(channels) > 1:
        return False
    if profile["blending_mode"] == BlendingMode.BLENDED_REALTIME and (
        {"voice", "chat"} <= set(channels)
    ):
        return False
    return all(channels.count(each) <= profile.get(each, 0) for each in set(channels))


def test_eight_routers_serve_two_hundred_contacts_in_order(
    acme: Organisation,
    floor: dict[int, dict[str, Any]],
    line: list[Contact],
    resolved: WrapUpCode,
    clockwork: Clockwork,
) -> None:
    workers = [
        Worker(
            floor,
            organisation_id=acme.pk,
            code_id=resolved.pk,
            now=clockwork.now,
            seed=seed,
        )
        for seed in range(ROUTERS)
    ]

    answers = at_once(*workers)

    assert answers == [None] * ROUTERS
    # Nobody is starved, and nobody was asked to take anything twice.
    offered = list(Assignment.objects.order_by("pk").values_list("contact", flat=True))
    assert sorted(offered) == sorted(contact.pk for contact in line)
    assert set(Assignment.objects.values_list("state", flat=True)) == {"completed"}
    # Of two contacts of one channel the first come was served first.
    for channel in Channel.values:
        came = [contact.pk for contact in line if contact.channel == channel]
        assert [pk for pk in offered if pk in set(came)] == came


def test_routers_at_once_offer_each_contact_once(
    acme: Organisation,
    floor: dict[int, dict[str, Any]],
    line: list[Contact],
    clockwork: Clockwork,
) -> None:
    def route() -> int:
        return router.route(organisation_id=acme.pk, now=clockwork.now)

    answers = at_once(*[route] * ROUTERS)

    offers_made = Assignment.objects.filter(state="offered")
    assert sum(answers) == offers_made.count()
    assert offers_made.values("contact").distinct().count() == offers_made.count()
    # Whoever waits waits for nobody's free slot.
    left = queries.candidates([line[0].queue_id or 0])
    waiting = set(
        Contact.objects.filter(state=ContactState.QUEUED).values_list(
            "channel", flat=True
        )
    )
    assert not any(waiting & set(agent.free_channels) for agent in left)


# --- accepting at the deadline --------------------------------------------------------
TIMES = 100


@pytest.fixture
def deadlines(
    acme: Organisation, front_line: Team, direct: EntryPoint, clockwork: Clockwork
) -> Iterator[Assignment]:
    """Offers to one agent each, whose deadlines are a second apart, and before those
    of any offer that is made meanwhile."""
    acme.acceptance_timeout = 6000
    acme.save(update_fields=["acceptance_timeout"])
    agents = [
        AgentFactory.create(organisation=acme, teams=[front_line]) for _ in range(TIMES)
    ]
    shares = []
    for agent in agents:
        clockwork.moves(seconds=1)
        availability.set_state(agent=agent, state="available", now=clockwork.now)
        contact = ContactFactory.create(
            organisation=acme,
            queue=direct.queue,
            state=ContactState.OFFERED,
        )
        shares.append(
            Assignment.objects.create(
                contact=contact,
                agent=agent,
                queue=direct.queue,
                offered_at=clockwork.now,
                blink_at=clockwork.now + timedelta(seconds=1000),
                rona_at=clockwork.now + timedelta(seconds=1000),
            )
        )
    return iter(shares)


def test_at_the_deadline_accepting_or_rona_wins_never_both(
    deadlines: Iterator[Assignment], clockwork: Clockwork
) -> None:
    wins: defaultdict[str, int] = defaultdict(int)
    for share in deadlines:
        wins[race_at_the_deadline(share)] += 1

    assert sum(wins.values()) == TIMES
    assert set(wins) <= {"connected", "rona"}


def race_at_the_deadline(share: Assignment) -> str:
    """Accept in the last moment, while the sweep runs in the first one after it."""
    deadline = share.rona_at
    moment = timedelta(microseconds=1)

    accepted, expired = at_once(
        lambda: offers.accept(share=share, now=deadline - moment),
        lambda: offers.expire(share_ids=[share.pk], now=deadline),
    )

    share.refresh_from_db()
    contact = Contact.objects.get(pk=share.contact_id)
    joined = Message.objects.filter(contact=contact.pk).count()
    if share.state == AssignmentState.CONNECTED:
        assert (contact.state, joined) == ("connected", 1)
        assert state_of(share.agent) == "available"
        assert isinstance(accepted, Assignment)
        assert expired == 0
    else:
        # The contact went on at once, to an agent whose deadline is still ahead.
        assert contact.state in {"queued", "offered"}
        assert joined == 0
        assert state_of(share.agent) == "rona"
        assert isinstance(accepted, OfferGone)
        assert expired == 1
    return share.state


# --- other things at once -------------------------------------------------------------
def test_two_clicks_on_accept_are_one(
    alice: Agent, direct: EntryPoint, clockwork: Clockwork
) -> None:
    chat = steps.offered(alice, direct)
    share = Assignment.objects.get()

    def accept() -> str:
        return offers.accept(share=share, now=clockwork.now).state

    assert at_once(accept, accept, accept) == ["connected"] * 3

    assert shares_of(chat) == [("Alice", "connected")]
    assert Message.objects.count() == 1


@pytest.mark.parametrize("round_", range(10))
def test_accepting_while_going_idle_leaves_no_card_behind(
    alice: Agent, direct: EntryPoint, clockwork: Clockwork, round_: int
) -> None:
    chat = steps.offered(alice, direct)
    share = Assignment.objects.get()

    at_once(
        lambda: offers.accept(share=share, now=clockwork.now),
        lambda: availability.set_state(agent=alice, state="idle", now=clockwork.now),
    )

    assert state_of(alice) == "idle"
    assert shares_of(chat) in ([("Alice", "connected")], [("Alice", "declined")])
    expected = {"connected": "connected", "declined": "queued"}
    assert chat.contact.state == expected[shares_of(chat)[0][1]]


@pytest.mark.parametrize("round_", range(10))
def test_accepting_while_the_customer_leaves_is_one_or_the_other(
    alice: Agent, direct: EntryPoint, clockwork: Clockwork, round_: int
) -> None:
    chat = steps.offered(alice, direct)
    share = Assignment.objects.get()

    at_once(
        lambda: offers.accept(share=share, now=clockwork.now),
        lambda: ending.leave(contact_id=chat.id, now=clockwork.now),
    )

    assert state_of(alice) == "available"
    outcome = (shares_of(chat)[0][1], chat.contact.ended_reason)
    assert outcome in {("connected", "customer_left"), ("withdrawn", "abandoned")}


@pytest.mark.parametrize("round_", range(10))
def test_signing_out_while_a_chat_comes_in_leaves_nobody_with_a_card(
    acme: Organisation,
    alice: Agent,
    direct: EntryPoint,
    clockwork: Clockwork,
    round_: int,
) -> None:
    chat = steps.open_chat(direct)
    Agent.objects.filter(pk=alice.pk).update(
        state="available", available_since=clockwork.now
    )

    at_once(
        lambda: router.route(organisation_id=acme.pk, now=clockwork.now),
        lambda: availability.sign_out(agent=alice, now=clockwork.now),
    )

    assert (state_of(alice), chat.contact.state) in {
        ("offline", "queued"),
        ("available", "offered"),
    }
