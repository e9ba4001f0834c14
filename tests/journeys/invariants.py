"""What holds at every moment, whatever people do (domain 4, reliability "Holds").

Told from the rows alone, apart from the code that writes them.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from agents.models import (
    Agent,
    AgentState,
    BlendingMode,
    Channel,
    Role,
    StateLog,
    TransferNoAnswer,
)
from contacts.models import (
    LIVE_STATES,
    Assignment,
    AssignmentKind,
    AssignmentOutcome,
    AssignmentRole,
    AssignmentState,
    Attachment,
    Contact,
    ContactState,
    EndedReason,
    EventCode,
    HelpRequest,
    Message,
    QueueVisit,
    VideoCall,
    VideoState,
    Watch,
    Whisper,
)
from core import clock
from supervision import explaining, figures
from tests.supervision import plainly
from wrapup.models import WrapUp

if TYPE_CHECKING:
    from collections.abc import Mapping

    from agents.models import Organisation

PRIMARY, CONSULTED = AssignmentRole.PRIMARY, AssignmentRole.CONSULTED
OFFERED, CONNECTED = AssignmentState.OFFERED, AssignmentState.CONNECTED
WRAPUP = AssignmentState.WRAPUP
# The customer is gone, and the agent has not ended the chat yet (D17, D18).
AGENT_MUST_END = {EndedReason.CUSTOMER_LEFT, EndedReason.INACTIVITY}

HALF_AN_HOUR = timedelta(minutes=30)
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)

TABLES: tuple[Any, ...] = (
    Agent,
    StateLog,
    Contact,
    Assignment,
    Message,
    Attachment,
    QueueVisit,
    VideoCall,
    Watch,
    Whisper,
    HelpRequest,
    WrapUp,
)


def snapshot() -> dict[str, list[dict[str, Any]]]:
    """Return every row that a command could have changed."""
    return {
        model.__name__: list(model.objects.order_by("pk").values()) for model in TABLES
    }


def check_figures(organisation: Organisation) -> None:
    """Assert that the figures of queues are what rows say, counted one by one."""
    spans = {"all": LONG_AGO, "lately": clock.now() - HALF_AN_HOUR}
    found = figures.figures_of(organisation.pk, spans)
    for queue in organisation.queues.all():
        for span, since in spans.items():
            expected = plainly.figures_of(queue, since=since)
            counted = found.get(queue.pk, {}).get(span, figures.figures({}))
            assert counted == expected


def check_always() -> None:
    """Assert what holds after every command and every sweep."""
    shares: defaultdict[object, list[Assignment]] = defaultdict(list)
    for share in Assignment.objects.select_related("agent").order_by("pk"):
        shares[share.contact_id].append(share)
    for contact in Contact.objects.select_related("organisation"):
        _check_contact(contact, shares[contact.pk])
        _check_conversation(contact, shares[contact.pk])
    _check_calls(shares)
    for agent in Agent.objects.select_related(
        "multimedia_profile", "organisation__default_multimedia_profile"
    ):
        _check_capacity(agent)
        _check_log(agent)


def check_after_a_sweep(now: datetime) -> None:
    """Assert that no deadline is left behind, and that nobody waits for no reason."""
    live = Assignment.objects.filter(state__in=LIVE_STATES)
    assert not live.filter(state=OFFERED, rona_at__lte=now).exists()
    assert not live.filter(wrapup_deadline__lte=now).exists()
    assert not live.filter(agent__state=AgentState.OFFLINE).exists()
    asked = HelpRequest.objects.filter(ended_at=None)
    assert not asked.exclude(share__state=CONNECTED).exists()
    queued = Contact.objects.filter(state=ContactState.QUEUED)
    assert not queued.filter(wait_deadline__lte=now).exists()
    for contact in queued:
        reasons = explaining.explain(contact, now=now)["agents"]
        assert all(row["why_not"] for row in reasons), reasons


def _check_calls(shares: Mapping[object, list[Assignment]]) -> None:
    """A video call is that of the agent who owns the chat now."""
    for call in VideoCall.objects.exclude(state=VideoState.ENDED):
        owners = [
            share.agent_id
            for share in shares[call.contact_id]
            if (share.state, share.role) == (CONNECTED, PRIMARY)
        ]
        assert owners == [call.started_by_id]


# --- a contact ----------------------------------------------------------------------
def _check_contact(contact: Contact, shares: list[Assignment]) -> None:
    owners = [s for s in shares if (s.state, s.role) == (CONNECTED, PRIMARY)]
    cards = [s for s in shares if s.state == OFFERED]
    consulted = [s for s in shares if s.role == CONSULTED and s.state in LIVE_STATES]
    assert len(owners) <= 1
    assert len(cards) <= 1
    assert len(consulted) <= 1
    held = Counter(s.agent_id for s in shares if s.state in LIVE_STATES)
    assert not held or max(held.values()) == 1

    match ContactState(contact.state):
        case ContactState.QUEUED:
            assert not owners
            assert not cards
            assert not consulted
        case ContactState.OFFERED:
            assert not owners
            assert [card.role for card in cards] == [PRIMARY]
            assert cards[0].kind != AssignmentKind.CONFERENCE
            assert not consulted
        case ContactState.CONNECTED:
            assert len(owners) == 1
            assert all(card.kind == AssignmentKind.CONFERENCE for card in cards)
            assert all(card.role == CONSULTED for card in cards)
        case ContactState.ENDED:
            assert not cards
            assert not consulted
            assert not owners or contact.ended_reason in AGENT_MUST_END
    for share in shares:
        assert (share.ended_at is None) == (share.state in LIVE_STATES)
        assert hasattr(share, "wrap_up") == (share.state == AssignmentState.COMPLETED)
        # An offer whose time is over is the next sweep's, whatever its agent chose.
        is_open = share.is_open_at(clock.now())
        assert not is_open or share.agent.state == AgentState.AVAILABLE
    _check_handovers(contact, shares)
    _check_watch(contact, shares)
    is_done = contact.is_ended and not held
    assert (contact.closed_at is not None) == is_done
    _check_waiting(contact, cards)


def _check_handovers(contact: Contact, shares: list[Assignment]) -> None:
    """A consulted agent never wraps up, and is asked once by each request; whoever
    gave the contact away wraps up, and it ends unanswered only where that is set."""
    asked = Counter(
        (s.request_started_at, s.agent_id)
        for s in shares
        if s.kind == AssignmentKind.CONFERENCE
    )
    assert not asked or max(asked.values()) == 1
    for share in shares:
        is_conference = share.kind == AssignmentKind.CONFERENCE
        assert is_conference == (share.request_started_at is not None)
        if share.role == CONSULTED:
            assert is_conference
            # Who oversees may come without being asked.
            is_overseer = share.agent.role == Role.SUPERVISOR
            assert share.requested_by_id != share.agent_id
            assert share.requested_by_id is not None or is_overseer
            assert share.state not in {WRAPUP, AssignmentState.COMPLETED}
        given = bool(share.transferred_to_agent_id or share.transferred_to_queue_id)
        assert given == (share.outcome == AssignmentOutcome.TRANSFER)
        assert not given or share.state in {WRAPUP, AssignmentState.COMPLETED}
    if contact.ended_reason == EndedReason.TRANSFER_NO_ANSWER:
        assert contact.organisation.transfer_no_answer == TransferNoAnswer.END


def _check_watch(contact: Contact, shares: list[Assignment]) -> None:
    """Who watches follows the owner's share, and has none of their own."""
    watches = list(Watch.objects.filter(contact=contact, ended_at=None))
    watchers = [watch.watcher_id for watch in watches]
    assert watchers == ([contact.watched_by_id] if contact.watched_by_id else [])
    if not watches:
        return
    owners = [s.pk for s in shares if (s.state, s.role) == (CONNECTED, PRIMARY)]
    assert [watch.share_id for watch in watches] == owners
    assert contact.state == ContactState.CONNECTED
    live = [s.agent_id for s in shares if s.state in LIVE_STATES]
    assert contact.watched_by_id not in live


def _check_waiting(contact: Contact, cards: list[Assignment]) -> None:
    """A contact stays in one queue at a time, and only while it waits."""
    visits = list(QueueVisit.objects.filter(contact=contact, left_at=None))
    is_routed = bool(cards) and cards[0].kind == AssignmentKind.ROUTED
    if contact.state == ContactState.QUEUED or is_routed:
        [visit] = visits
        assert visit.queue_id == contact.queue_id
        assert visit.entered_at == contact.visit_started_at
        assert contact.enqueued_at is not None
        assert contact.enqueued_at <= visit.entered_at
        if contact.organisation.transfer_keeps_place:
            first = QueueVisit.objects.filter(contact=contact).earliest("entered_at")
            assert contact.enqueued_at == first.entered_at
    else:
        assert not visits


def _check_conversation(contact: Contact, shares: list[Assignment]) -> None:
    lines = list(Message.objects.filter(contact=contact).order_by("seq"))
    assert [line.seq for line in lines] == list(range(1, contact.last_seq + 1))
    codes = [line.event_code for line in lines]
    ended = [EventCode.CONTACT_ENDED] if contact.is_ended else []
    assert [code for code in codes if code == EventCode.CONTACT_ENDED] == ended
    assert codes[-1:] == ended or not ended
    if contact.is_ended:
        return
    inside: Counter[str | None] = Counter()
    for line in lines:
        inside[line.event_name] += line.event_code == EventCode.AGENT_JOINED
        inside[line.event_name] -= line.event_code == EventCode.AGENT_LEFT
    talking = {s.agent.display_name for s in shares if s.state == CONNECTED}
    assert {name for name, times in inside.items() if times} == talking
    assert set(inside.values()) <= {0, 1}


# --- an agent -----------------------------------------------------------------------
def _check_capacity(agent: Agent) -> None:
    if agent.role == Role.SUPERVISOR:
        return  # comes where there is no free slot
    rows = Assignment.objects.filter(agent=agent, state__in=LIVE_STATES)
    hands = Counter(rows.values_list("contact__channel", flat=True))
    profile = agent.multimedia_profile
    if profile is None and agent.organisation is not None:
        profile = agent.organisation.default_multimedia_profile
    if profile is None:
        assert not hands
        return
    for channel in Channel.values:
        assert hands[channel] <= getattr(profile, channel), (agent, hands)
    if profile.blending_mode == BlendingMode.EXCLUSIVE:
        assert sum(hands.values()) <= 1, (agent, hands)
    if profile.blending_mode == BlendingMode.BLENDED_REALTIME:
        assert not (hands[Channel.VOICE] and hands[Channel.CHAT]), (agent, hands)


def _check_log(agent: Agent) -> None:
    """The log of states has no gap, and ends with the state as it is."""
    rows = list(StateLog.objects.filter(agent=agent).order_by("from_at", "pk"))
    for row, following in pairwise(rows):
        assert row.until_at == following.from_at
        assert (row.state, row.idle_code) != (following.state, following.idle_code)
    if not rows:
        assert agent.state == AgentState.OFFLINE
        return
    assert rows[-1].until_at is None
    assert rows[-1].state == agent.state
    assert rows[-1].from_at == agent.state_since
