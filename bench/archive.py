"""Years of a contact centre: contacts, lines and all that is noted beside them.

The database makes the rows itself, copies of one that went the ordinary way, which is
quicker than to send them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db import connection, models

from agents.models import Agent, AgentState, AuditEntry, StateLog
from bench.floor import Floor
from contacts.models import (
    Assignment,
    AssignmentState,
    Contact,
    ContactEvent,
    ContactState,
    Customer,
    EndedReason,
    Message,
    QueueVisit,
    VisitOutcome,
)
from core import clock
from queues.models import Queue
from wrapup.models import WrapUp, WrapUpCode

if TYPE_CHECKING:
    from agents.models import Organisation

DAYS = 365
LINES = 10  # of a contact
EVENTS = 4  # of a contact
OF_ONE = 5  # contacts of a customer
STATES = 20  # changes of state of an agent and day
AGENTS = 200
QUEUES = 40
SERVED = 4  # queues that an agent serves
ON_DUTY = timedelta(hours=1)  # each state lasts
SYLLABLES = "{ba,do,fi,ka,le,mi,no,pu,ra,se,ti,vo,wa,xe,yu,zo}"


@dataclass(frozen=True)
class Archive:
    """Where to look, and for what."""

    organisation: Organisation
    supervisor: Agent
    administrator: Agent
    agent: Agent
    name: str  # of one customer
    contact: Contact  # of a customer with as many contacts as others


def make(contacts: int) -> Archive:
    """Store so many contacts of a year, with ten lines each, and what waits now."""
    floor = Floor("Archive", agents=AGENTS, slots=3)
    people = _people(floor)
    queues = _queues(floor)
    _open_now(floor)
    _customers(floor, contacts // OF_ONE)
    _contacts(floor, contacts, queues)
    _of_contacts(floor, contacts, queues)
    _of_agents(floor)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    customer = Customer.objects.filter(organisation=floor.organisation).latest("pk")
    return Archive(
        organisation=floor.organisation,
        name=customer.name,
        contact=customer.contacts.latest("opened_at"),
        agent=floor.agents[0],
        **people,
    )


def _people(floor: Floor) -> dict[str, Agent]:
    """Return a supervisor of all teams and an administrator."""
    found = {}
    for role in ("supervisor", "administrator"):
        found[role] = Agent.objects.create(
            organisation=floor.organisation,
            email=f"{role}@archive.example",
            display_name=role.capitalize(),
            role=role,
        )
    team = floor.agents[0].teams.get()
    found["supervisor"].teams.add(team)
    return found


def _queues(floor: Floor) -> str:
    """Make the queues that contacts come to; return the SQL of the queue of one, which
    its agent serves."""
    made = Queue.objects.bulk_create(
        Queue(organisation=floor.organisation, name=f"Queue {place}")
        for place in range(QUEUES)
    )
    return (
        f"{made[0].pk} + (g % {AGENTS} * {SERVED} + g / {AGENTS} % {SERVED}) % {QUEUES}"
    )


def _open_now(floor: Floor) -> None:
    floor.contacts(200, ContactState.QUEUED)
    floor.keep_busy(floor.agents[: AGENTS // 2])


def _customers(floor: Floor, number: int) -> None:
    """Store customers whose names are made of syllables, each a few times."""
    template = Customer.objects.filter(organisation=floor.organisation).first()
    assert template is not None
    parts = (f"('{SYLLABLES}'::text[])[1 + g / {16**n} % 16]" for n in range(3))
    name = f"initcap({' || '.join(parts)})"
    email = "'c' || g || '@example.org'"
    _copy(
        template,
        number,
        name=name,
        email=email,
        folded=f"lower({name} || ' ' || {email})",
    )


def _contacts(floor: Floor, number: int, queue: str) -> None:
    template = Contact(
        organisation=floor.organisation,
        queue=floor.queue,
        customer=Customer.objects.filter(organisation=floor.organisation).earliest(
            "pk"
        ),
        state=ContactState.ENDED,
        ended_reason=EndedReason.AGENT_ENDED,
        opened_at=clock.now(),
        enqueued_at=clock.now(),
        ended_at=clock.now(),
        last_seq=LINES,
    )
    template.save(force_insert=True)
    opened = _moment(number)
    first = Customer.objects.filter(organisation=floor.organisation).earliest("pk").pk
    _copy(
        template,
        number,
        id="md5('contact ' || g)::uuid",
        queue_id=queue,
        customer_id=f"{first} + 1 + g % {number // OF_ONE}",
        opened_at=opened,
        enqueued_at=opened,
        visit_started_at=opened,
        connected_at=f"{opened} + interval '20 s'",
        ended_at=f"{opened} + interval '400 s'",
        closed_at=f"{opened} + interval '430 s'",
        last_message_at=f"{opened} + interval '390 s'",
        rating="CASE WHEN g % 3 = 0 THEN 1 + g % 5 END",
    )


def _moment(number: int) -> str:
    """Return the SQL of a moment of the year; contacts come evenly."""
    seconds = timedelta(days=DAYS).total_seconds() / number
    return f"now() - ({number} - g) * interval '{seconds} s' - interval '1 hour'"


def _of_contacts(floor: Floor, number: int, queue_id: str) -> None:
    """Store the lines, shares, visits, events and wrap-ups of the contacts."""
    contact = Contact.objects.filter(state=ContactState.ENDED).earliest("opened_at")
    now, queue = clock.now(), floor.queue
    opened, which = _moment(number), {"contact_id": "md5('contact ' || g)::uuid"}
    agent = f"{floor.agents[0].pk} + g % {AGENTS}"
    share = Assignment.objects.create(
        contact=contact,
        agent=floor.agents[0],
        queue=queue,
        state=AssignmentState.COMPLETED,
        offered_at=now,
        blink_at=now,
        rona_at=now,
        ended_at=now,
    )
    _copy(
        share,
        number,
        **which,
        agent_id=agent,
        queue_id=queue_id,
        offered_at=f"{opened} + interval '5 s'",
        connected_at=f"{opened} + interval '20 s'",
        wrapup_at=f"{opened} + interval '400 s'",
        ended_at=f"{opened} + interval '430 s'",
    )
    visit = QueueVisit.objects.create(
        contact=contact,
        queue=queue,
        entered_at=now,
        left_at=now,
        outcome=VisitOutcome.ANSWERED,
    )
    left = f"{opened} + interval '20 s'"
    went = {"queue_id": queue_id, "entered_at": opened, "left_at": left}
    _copy(visit, number, **which, **went)
    event = ContactEvent.objects.create(contact=contact, at=now, code="opened")
    of_event = {"contact_id": f"md5('contact ' || g / {EVENTS})::uuid"}
    _copy(event, number * EVENTS, **of_event, at=_moment(number * EVENTS))
    line = Message.objects.create(
        contact=contact,
        seq=LINES + 1,
        sender_kind="customer",
        sender_key="customer",
        text="Good morning, where is my parcel? It was to come yesterday.",
        created_at=now,
    )
    _copy(
        line,
        number * LINES,
        contact_id=f"md5('contact ' || g / {LINES})::uuid",
        seq=f"1 + g % {LINES}",
        created_at=_moment(number * LINES),
    )
    code = WrapUpCode.objects.filter(organisation=floor.organisation).first()
    assert code is not None
    wrapped = WrapUp.objects.create(assignment=share, code=code, created_at=now)
    first = Assignment.objects.filter(contact_id=_contact_id(0)).latest("pk").pk
    _copy(wrapped, number, assignment_id=f"{first} + g", created_at=opened)


def _contact_id(number: int) -> Any:
    with connection.cursor() as cursor:
        cursor.execute("SELECT md5('contact ' || %s::int)::uuid", [number])
        return cursor.fetchone()[0]


def _of_agents(floor: Floor) -> None:
    """Store a year of states, and of what administrators did."""
    number = AGENTS * STATES * DAYS // 2
    now = clock.now()
    state = StateLog.objects.create(
        agent=floor.agents[-1], state=AgentState.IDLE, from_at=now, until_at=now
    )
    at = _moment(number)
    agent = f"{floor.agents[0].pk} + g % {AGENTS}"
    _copy(
        state,
        number,
        agent_id=agent,
        state=f"('{{available,idle}}'::text[])[1 + g / {AGENTS} % 2]",
        from_at=at,
        until_at=f"{at} + interval '{ON_DUTY.total_seconds()} s'",
    )
    entry = AuditEntry.objects.create(
        organisation=floor.organisation, at=now, action="changed", kind="queue"
    )
    _copy(entry, number // 10, at=_moment(number // 10))


def _copy(row: models.Model, number: int, **columns: str) -> None:
    """Store so many copies of a row, with these columns as SQL of the number `g`."""
    names = [
        str(field.column)
        for field in row._meta.concrete_fields
        if field.column in columns or not field.primary_key
    ]
    made = {name: of.replace("%", "%%") for name, of in columns.items()}
    values = [made.get(name, f"t.{_quoted(name)}") for name in names]
    table = _quoted(row._meta.db_table)
    key = _quoted(row._meta.pk.column)
    statement = (
        f"INSERT INTO {table} ({', '.join(map(_quoted, names))}) "  # noqa: S608
        f"SELECT {', '.join(values)} FROM {table} t, "
        f"generate_series(0, {number - 1}) g WHERE t.{key} = %s"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [row.pk])


def _quoted(name: str | None) -> str:
    assert name, "Every field has a column."
    return connection.ops.quote_name(name)
