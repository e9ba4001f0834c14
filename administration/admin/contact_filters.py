"""What the list of contacts is narrowed by, besides its columns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib.admin import SimpleListFilter
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from administration import attention, overview
from agents.models import Agent
from agents.queries import day_began_at
from core import clock

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.db.models import Q, QuerySet
    from django.http import HttpRequest


class ConditionFilter(SimpleListFilter):
    """A filter whose choices are conditions; an unknown one changes nothing."""

    def conditions(self, request: HttpRequest) -> Mapping[str, Q]:
        raise NotImplementedError

    def queryset(self, request: HttpRequest, contacts: QuerySet[Any]) -> QuerySet[Any]:
        value = self.value()
        condition = self.conditions(request).get(value) if value else None
        return contacts if condition is None else contacts.filter(condition)


class AttentionFilter(ConditionFilter):
    """The contacts of which the first page says that something is wrong."""

    title = _("needs attention")
    parameter_name = "attention"

    def lookups(self, request: HttpRequest, page: Any) -> list[tuple[str, str]]:
        return [(matter.key, str(matter.name)) for matter in attention.MATTERS]

    def conditions(self, request: HttpRequest) -> Mapping[str, Q]:
        now = clock.now()
        return {matter.key: matter.condition(now) for matter in attention.MATTERS}


class TodayFilter(ConditionFilter):
    """The contacts that a figure of the day counts."""

    title = _("today")
    parameter_name = "today"

    def lookups(self, request: HttpRequest, page: Any) -> list[tuple[str, str]]:
        return [(name, name.capitalize()) for name in overview.of_day(clock.now())]

    def conditions(self, request: HttpRequest) -> Mapping[str, Q]:
        person = request.user
        organisation = person.organisation if isinstance(person, Agent) else None
        return overview.of_day(day_began_at(organisation, now=clock.now()))


class RatingFilter(SimpleListFilter):
    """How customers rated their chats."""

    title = _("rating")
    parameter_name = "rating"

    def lookups(self, request: HttpRequest, page: Any) -> list[tuple[str, str]]:
        scores = [
            (str(score), gettext("%(score)s of 5") % {"score": score})
            for score in range(5, 0, -1)
        ]
        return [("any", gettext("Rated")), *scores]

    def queryset(self, request: HttpRequest, contacts: QuerySet[Any]) -> QuerySet[Any]:
        value = self.value()
        if value == "any":
            return contacts.filter(rating__isnull=False)
        known = {key for key, _ in self.lookup_choices}
        return contacts.filter(rating=value) if value in known else contacts
