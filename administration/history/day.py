"""One day: who comes when, and how it is played."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from administration.history import scripts
from administration.history.afterwards import Afterwards
from administration.history.desks import Desk
from administration.history.dice import Dice
from administration.history.greeters import Greeters
from administration.history.people import AS_BROWSERS_SAY, People
from administration.history.shifts import Shifts
from administration.history.story import Story
from administration.history.talks import Talks
from administration.history.world import Centre, World
from agents.models import Channel
from contacts.models import WAITING_STATES, Contact, ContactEventCode
from contacts.services.drafts import CUSTOMER
from core.agenda import Agenda

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date
    from uuid import UUID

    from queues.models import EntryPoint
    from queues.opening_hours import OpeningHours

QUARTER = timedelta(minutes=15)
# By the hour of the day: how many come, against the mean of an hour of work.
SHAPE = (
    *(0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.3, 0.5, 0.9, 1.1, 1.35, 1.3),
    *(0.75, 0.8, 1.1, 1.15, 1.05, 0.8, 0.6, 0.6, 0.5, 0.4, 0.3, 0.2),
)
WEEK = (1.3, 1.05, 1.0, 0.95, 0.85, 0.7, 0.6)  # Monday first
WIND_DOWN = timedelta(minutes=8)
CLOSED = 0.07  # as many while nobody works
PAGES = (
    ("/", "Acme: things for coffee"), ("/grinders/", "Grinders"),
    ("/orders/", "Your orders"), ("/returns/", "Returns"), ("/cart/", "Your basket"),
    ("/grinders/400-pro/", "Grinder 400 Pro"), ("/invoices/", "Your invoices"),
)  # fmt: skip
MAILS, BOT = 0.06, 0.5  # of those who come
CONTAINED, CONTAINED_AT_NIGHT = 0.34, 0.75


def shop_of(slug: str) -> str:
    """Return from where customers come: no browser can show a page there."""
    return f"https://shop.{slug}.example"


@dataclass
class Day:
    centre: Centre
    date: date
    hours: OpeningHours
    first_id: UUID
    per_hour: float
    now: datetime

    def __post_init__(self) -> None:
        organisation = self.centre.organisation
        zone = ZoneInfo(organisation.timezone)
        self.start = datetime.combine(self.date, time(), zone).astimezone(UTC)
        after = self.date + timedelta(days=1)
        self.end = datetime.combine(after, time(), zone).astimezone(UTC)
        # Then all go home, so that nothing is left of the day when it is over.
        self.until = min(self.end, self.now) - WIND_DOWN
        self.dice = Dice(f"{organisation.slug} {self.date}")
        self.people = People(organisation, self.dice)
        self.world = World(
            self.centre,
            self.dice,
            Agenda(self.start),
            self.until,
            {
                pk: Desk(agent, candidate)
                for pk, (agent, candidate) in self.centre.agents.items()
            },
        )
        self.talks = Talks(self.world)
        self.switchboard = self.talks.switchboard
        self.greeters = Greeters(self.world, self.switchboard)
        self.afterwards = Afterwards(self.dice, self.now)

    def leave_out(self, absent: Collection[int]) -> None:
        """Play it without these agents."""
        for agent_id in absent:
            del self.world.desks[agent_id]

    def play(self) -> World:
        """Play the day to its end, when everybody has gone."""
        quarters = self._quarters()
        opened = [quarter for quarter, is_open in quarters if is_open]
        if opened:
            shifts = Shifts(self.world, self.switchboard)
            shifts.plan(opened[0], opened[-1] + QUARTER)
        for quarter, is_open in quarters:
            self._arrivals(quarter, is_open=is_open)
        self.world.agenda.at(self.until, self._hurry)
        self.world.agenda.run()
        for story in self.world.stories:
            self.afterwards.add_to(story)
        return self.world

    def _hurry(self) -> None:
        """Nobody is there to answer those who wait still."""
        for story in self.world.stories:
            if story.contact.state in WAITING_STATES:
                story.patience = self.dice.between(2, 40)
                self.switchboard.watch(story)

    def _quarters(self) -> list[tuple[datetime, bool]]:
        """Return the quarters of an hour of the day, and whether it is open then."""
        number = (self.end - self.start) // QUARTER
        times = [self.start + n * QUARTER for n in range(number)]
        return [(at, self.hours.is_open(at)) for at in times]

    def _arrivals(self, quarter: datetime, *, is_open: bool) -> None:
        local = quarter.astimezone(self.hours.zone)
        mean = self.per_hour / 4 * SHAPE[local.hour] * WEEK[local.weekday()]
        mean *= 1 if is_open else CLOSED
        left = self.dice.expovariate(1)
        while left < mean:
            at = quarter + self.dice.between(0, QUARTER.total_seconds())
            left += self.dice.expovariate(1)
            if at < self.until:
                self.world.agenda.at(at, lambda: self._comes(is_open=is_open))

    # --- who comes ------------------------------------------------------------------
    def _comes(self, *, is_open: bool) -> None:
        dice, now = self.dice, self.world.now
        if is_open and dice.chance(MAILS) and self._takes_mails():
            self._mail()
            return
        customer, language = self.people.somebody(now)
        point = self._door()
        story = self._story(language)
        contact = story.contact
        contact.customer, contact.entry_point = customer, point
        contact.queue = point.queue
        contact.priority = point.queue.priority_from(point)
        self._arrival(contact, language)
        story.gaps = scripts.gaps(dice, customer.name, language)
        opening, story.topic = scripts.opening(dice, point.queue.name, language)
        story.opening = scripts.filled(opening, story)
        if point.assistant is not None:
            share = CONTAINED if is_open else CONTAINED_AT_NIGHT
            through = not dice.chance(share)
            self.greeters.begin(story, point.assistant, lets_through=through)
        else:
            self._goes_to_people(story)

    def _goes_to_people(self, story: Story) -> None:
        contact, dice, now = story.contact, self.dice, self.world.now
        queue = contact.queue
        assert queue is not None
        script = scripts.of(dice, story, queue.name, asked=story.opening)
        story.script, story.topic = script
        story.speaks_from = now + dice.between(1.5, 9)
        story.note(ContactEventCode.OPENED, now, queue=queue.pk)

        def speaks() -> None:
            if not contact.is_ended:
                name = contact.customer.label
                story.say(CUSTOMER, name, story.opening, self.world.now)

        self.world.agenda.at(story.speaks_from, speaks)
        self.switchboard.enqueue(story, queue)

    def _story(self, language: str) -> Story:
        dice, now = self.dice, self.world.now
        stories = self.world.stories
        contact = Contact(
            id=dice.uuid() if stories else self.first_id,
            organisation=self.centre.organisation,
            opened_at=now,
        )
        patience = dice.around(170, least=20, most=1100)
        if dice.chance(0.025):
            patience = dice.between(0.8, 4.9)
        story = Story(contact, patience)
        story.language = language
        stories.append(story)
        return story

    def _arrival(self, contact: Contact, language: str) -> None:
        """Fill in what the browser tells, and what was answered before the chat."""
        dice, customer = self.dice, contact.customer
        point = contact.entry_point
        assert point is not None
        path, contact.page_title = dice.choice(PAGES)
        slug = self.centre.organisation.slug
        contact.page_url = f"{shop_of(slug)}{path}"
        contact.language = dice.choice(AS_BROWSERS_SAY[language])
        contact.address = f"198.51.100.{dice.randrange(1, 255)}"
        contact.consent_text = point.consent_text
        asked = [field["name"] for field in point.prechat_fields]
        given = {"name": customer.name, "email": customer.email}
        contact.prechat = {k: v for k, v in given.items() if v and k in asked}

    def _door(self) -> EntryPoint:
        doors = self.centre.doors
        with_bot = [door for door in doors if door.assistant is not None]
        without = [door for door in doors if door.assistant is None]
        if with_bot and (not without or self.dice.chance(BOT)):
            return self.dice.choice(with_bot)
        return self.dice.choice(without)

    # --- mails ----------------------------------------------------------------------
    def _takes_mails(self) -> bool:
        slots = (c.capacity.slots for _, c in self.centre.agents.values())
        return any(each[Channel.EMAIL] for each in slots)

    def _mail(self) -> None:
        """A mail comes in, which another program shows and answers."""
        dice, now = self.dice, self.world.now
        story = self._story("en")
        contact = story.contact
        contact.channel = Channel.EMAIL
        contact.customer, _ = self.people.somebody(now)
        queue = dice.choice([*self.centre.queues.values()])
        contact.priority = queue.priority
        story.topic = dice.choice(["Resolved", "Offer sent", "Invoice explained"])
        story.script = deque()
        story.note(ContactEventCode.OPENED, now, queue=queue.pk)
        self.switchboard.enqueue(story, queue)
