"""When agents work: shifts, lunch, breaks, a meeting; and how they go home."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from administration.history.goodbyes import close
from agents.models import AgentState, Channel, Role
from contacts.models import AssignmentState

if TYPE_CHECKING:
    from datetime import datetime

    from administration.history.desks import Desk
    from administration.history.switchboard import Switchboard
    from administration.history.world import World

LUNCH, BREAK, MEETING = "Lunch", "Break", "Meeting"
HOUR = timedelta(hours=1)
LONG = 6 * HOUR  # a shift with lunch
TUESDAY = 1
SICK = 0.05
CLEARED = timedelta(minutes=7)  # after the end: mails that are left are closed
SHIFTS = ((0.0, 0.84), (0.0, 1.0), (0.16, 1.0))  # of the opening hours: from, until


@dataclass
class Shifts:
    world: World
    switchboard: Switchboard

    def plan(self, start: datetime, end: datetime) -> None:
        """Note when everybody comes, has a break, and goes, between the moments at
        which it opens first and closes last."""
        turn = start.toordinal()
        for number, desk in enumerate(self.world.desks.values()):
            if len(self.world.desks) > 1 and self.world.dice.chance(SICK):
                continue
            first, last = SHIFTS[(number + turn) % len(SHIFTS)]
            if desk.agent.role == Role.SUPERVISOR:
                first, last = 0.2, 0.75
            if len(self.world.desks) == 1:
                first, last = 0.0, 1.0
            length = end - start
            self._day_of(desk, start + first * length, start + last * length, number)
        over = min(end, self.world.until)
        self.world.agenda.at(self.world.until, self._all_go_home)
        self.world.agenda.at(over + CLEARED, self._closes_mails)

    def _day_of(self, desk: Desk, start: datetime, end: datetime, number: int) -> None:
        dice, at = self.world.dice, self.world.agenda.at
        comes = max(start - dice.between(240, 720), self.world.now)
        if comes >= self.world.until:
            return
        at(comes, lambda: self._signs_in(desk))
        at(comes + dice.between(60, 230), lambda: self._available(desk))
        if end - start >= LONG:
            noon = start + (end - start) * 0.36 + timedelta(minutes=34 * (number % 4))
            self._away(desk, noon, LUNCH, minutes=dice.randrange(27, 38))
        for part in (0.2, 0.78):
            pause = start + (end - start) * part + dice.between(0, 1500)
            self._away(desk, pause, BREAK, minutes=dice.randrange(7, 16))
        if start.weekday() == TUESDAY and number % 2:
            self._away(desk, start + 0.55 * (end - start), MEETING, minutes=30)
        leaves = end + dice.between(10, 400)
        at(min(leaves, self.world.until), lambda: self._goes_home(desk))

    def _away(self, desk: Desk, since: datetime, code: str, *, minutes: int) -> None:
        back = since + timedelta(minutes=minutes)

        def goes() -> None:
            if desk.state in {AgentState.AVAILABLE, AgentState.RONA}:
                self._idle(desk, code)
                self.world.agenda.at(back, lambda: self._available(desk))

        self.world.agenda.at(since, goes)

    def _signs_in(self, desk: Desk) -> None:
        code = self.world.centre.signs_in_as
        desk.becomes(AgentState.IDLE, self.world.now, code=code, chosen=False)

    def _available(self, desk: Desk) -> None:
        if desk.state == AgentState.IDLE and not desk.goes_home:
            desk.becomes(AgentState.AVAILABLE, self.world.now)
            self.switchboard.route()

    def _idle(self, desk: Desk, code: str) -> None:
        desk.becomes(AgentState.IDLE, self.world.now, code=code)
        self.switchboard.withdraw_cards(desk, AssignmentState.DECLINED)

    def _all_go_home(self) -> None:
        for desk in self.world.desks.values():
            self._goes_home(desk)

    def _goes_home(self, desk: Desk) -> None:
        """Take nothing new, and sign out when the last share is done."""
        if desk.goes_home or desk.state == AgentState.OFFLINE:
            return
        desk.goes_home = True
        if not desk.in_hand:
            self._signs_out(desk)
            return
        self._idle(desk, self.world.centre.signs_in_as)
        self._signs_out_later(desk)

    def _signs_out_later(self, desk: Desk) -> None:
        def looks() -> None:
            if desk.in_hand:
                self._signs_out_later(desk)
            else:
                self._signs_out(desk)

        soon = self.world.dice.between(3, 12)
        self.world.agenda.at(self.world.now + soon, looks)

    def _signs_out(self, desk: Desk) -> None:
        desk.becomes(AgentState.OFFLINE, self.world.now)

    def _closes_mails(self) -> None:
        """What nobody answers any more is closed by somebody who oversees."""
        by = self.world.centre.overseer
        for story in list(self.world.waiting):
            if story.contact.channel == Channel.EMAIL:
                close(self.world, story, by=by, reason="Answered by phone.")
