"""The figures of the other reports once more: slowly and row by row, as docs/reports.md
words them. Each is {id of its subject: figures}."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, TypeAlias

from agents.models import StateLog
from contacts.models import Assignment, Contact, ContactEvent, Message, Miss
from tests.reports.plainly import handling, ratio
from wrapup.models import WrapUp

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tests.reports.plainly import Span

Figures: TypeAlias = "dict[Any, dict[str, Any]]"

ENDS = (
    *("abandoned", "queue_timeout", "agent_ended", "customer_left"),
    *("transfer_no_answer", "inactivity", "bot_ended", "closed"),
)
HAND_OVERS = ("asked", "misses", "no_source", "failure", "outside")
SCORES = (1, 2, 3, 4, 5)


class World:
    """All rows there are."""

    def __init__(self) -> None:
        self.contacts = list(Contact.objects.all())
        self.lines = list(Message.objects.all())
        self.events = list(ContactEvent.objects.all())
        self.misses = list(Miss.objects.all())
        self.shares = list(Assignment.objects.all())
        self.wrapups = list(WrapUp.objects.select_related("assignment"))
        self.states = list(StateLog.objects.exclude(state="offline"))


def of_contacts(world: World, span: Span) -> Figures:
    sources = {contact.pk: _source(contact) for contact in world.contacts}
    found: Figures = {}
    for source in set(sources.values()):
        contacts = [each for each in world.contacts if sources[each.pk] == source]
        own = {each.pk for each in contacts}
        ended = [each for each in contacts if span.has(each.ended_at)]
        blocked = [each for each in world.events if each.code == "file_blocked"]
        masked = [each for each in world.lines if each.masked]
        found[source] = {
            "opened": _number(span.has(each.opened_at) for each in contacts),
            "ended": len(ended),
            **{
                f"ended_{reason}": _number(
                    each.ended_reason == reason for each in ended
                )
                for reason in ENDS
            },
            "masked_messages": _number(
                each.contact_id in own and span.has(each.created_at) for each in masked
            ),
            "dropped_messages": sum(each.dropped_messages for each in ended),
            "blocked_files": _number(
                each.contact_id in own and span.has(each.at) for each in blocked
            ),
        }
    return found


def _source(contact: Contact) -> str:
    host = contact.page_url.partition("://")[2].partition("/")[0].partition(":")[0]
    return f"{contact.channel}:{contact.entry_point_id or 0}:{host.lower()}"


def of_assistants(world: World, span: Span) -> Figures:
    found: Figures = {}
    for assistant in {each.assistant_id for each in world.contacts} - {None}:
        contacts = [each for each in world.contacts if each.assistant_id == assistant]
        own = {each.pk for each in contacts}
        entered = _number(span.has(each.opened_at) for each in contacts)
        contained = _number(
            span.has(each.ended_at) and each.enqueued_at is None for each in contacts
        )
        handed = [
            each.details.get("reason")
            for each in world.events
            if each.contact_id in own
            and each.code == "handed_over"
            and span.has(each.at)
        ]
        found[assistant] = {
            "entered": entered,
            "contained": contained,
            "containment": ratio(contained, entered),
            "escalated": len(handed),
            **{f"by_{reason}": handed.count(reason) for reason in HAND_OVERS},
            "misses": _number(
                each.contact_id in own and span.has(each.at) for each in world.misses
            ),
        }
    return found


def of_ratings(world: World, span: Span) -> Figures:
    scores = defaultdict(list)
    for contact in world.contacts:
        if contact.rating and span.has(contact.rated_at or contact.ended_at):
            scores[_last_agent(world, contact)].append(contact.rating)
    return {
        agent: {
            "ratings": len(given),
            "rating": ratio(sum(given), len(given)),
            **{f"score_{score}": given.count(score) for score in SCORES},
        }
        for agent, given in scores.items()
    }


def _last_agent(world: World, contact: Contact) -> int | None:
    had = [
        (each.connected_at, each.pk, each.agent_id)
        for each in world.shares
        if each.contact_id == contact.pk
        and each.connected_at
        and each.role == "primary"
    ]
    return max(had)[-1] if had else None


def of_wrapups(world: World, span: Span) -> Figures:
    ended = [each for each in world.wrapups if span.has(each.assignment.ended_at)]
    found: Figures = {}
    for code in {each.code_id for each in ended}:
        own = [each for each in ended if each.code_id == code]
        handled = sum(handling(each.assignment) for each in own)
        found[code] = {
            "wrapped_up": len(own),
            "share": ratio(len(own), len(ended)),
            "aht_seconds": ratio(handled, len(own)),
            "automatic": _number(each.auto for each in own),
        }
    return found


def of_states(world: World, span: Span) -> Figures:
    spent: defaultdict[str, int] = defaultdict(int)
    for row in world.states:
        name = f"{row.state}:{row.idle_code}" if row.idle_code else row.state
        spent[name] += len(span.seconds(row.from_at, row.until_at))
    total = sum(spent.values())
    return {
        name: {"seconds": seconds, "share": ratio(seconds, total)}
        for name, seconds in spent.items()
    }


def _number(of: Iterable[bool]) -> int:
    return sum(1 for each in of if each)
