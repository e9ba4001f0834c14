"""Administration of opening hours: rows for the week and own dates, a preview, and
whether it is open at a moment."""

from __future__ import annotations

import zoneinfo
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from administration.admin.base import SettingAdmin, changed_by
from administration.admin.forms import SettingForm
from administration.admin.hours_fields import (
    CountryField,
    DatesField,
    RegionField,
    WeekField,
    place_in_words,
    region_of,
)
from administration.services import changes
from core import clock, countries
from queues.models import Hours
from queues.opening_hours import FIRST_YEAR, LAST_YEAR

if TYPE_CHECKING:
    from django.http import HttpRequest

    from queues.opening_hours import OpeningHours

DAYS_SHOWN = 14
# What new opening hours begin with: office hours.
OFFICE_WEEK = [{"day": day, "from": "09:00", "to": "17:00"} for day in range(5)]


class HoursForm(SettingForm):
    timezone = forms.ChoiceField(
        label=_("Time zone"),
        choices=[(name, name) for name in sorted(zoneinfo.available_timezones())],
        help_text=_("Whose clock counts, also on the nights on which it is changed."),
    )
    weekly = WeekField(
        label=_("Open"),
        required=False,
        help_text=_(
            "Several rows of a day may stand below each other. Until 24:00 is "
            "until midnight; an end at or before the beginning lies on the next "
            "day, so 22:00 to 06:00 goes through the night. Empty both times to "
            "drop a row. Without any row it is never open."
        ),
    )
    country = CountryField(
        label=_("Public holidays"),
        required=False,
        help_text=_("It is closed on the public holidays of this country."),
    )
    subdivision = RegionField(
        label=_("Region"),
        required=False,
        help_text=_("A region with holidays of its own: it is closed on those, too."),
    )
    holidays = DatesField(
        label=_("Own dates"),
        required=False,
        help_text=_(
            "They win over the week and the public holidays. Without times it is "
            "closed all day. Empty date and name to drop a row."
        ),
    )

    def _begin(self) -> None:
        super()._begin()
        organisation = getattr(self.acting, "organisation", None)
        if organisation is not None:
            self.initial["timezone"] = organisation.timezone
        self.initial["weekly"] = OFFICE_WEEK

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        hours = self.instance
        self.initial["subdivision"] = region_of(hours.country, hours.subdivision)

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        country, _, code = values.get("subdivision", "").partition("/")
        if code and country != values.get("country"):
            where = countries.name_of(country)
            sentence = gettext(
                "This is a region of %(where)s: choose that country, too."
            ) % {"where": where}
            self.add_error("subdivision", sentence)
        else:
            values["subdivision"] = code
        return values


@admin.register(Hours)
class HoursAdmin(SettingAdmin):
    form = HoursForm
    list_display = ("name", "timezone", "place", "is_open_now")
    list_filter = ("timezone",)
    search_fields = ("folded",)
    change_form_template = "admin/queues/hours/change_form.html"
    fieldsets = (
        (None, {"fields": ("name", "timezone")}),
        (_("The week"), {"fields": ("weekly",)}),
        (_("Holidays"), {"fields": ("country", "subdivision", "holidays")}),
    )

    def store(self, request: HttpRequest, form: Any, parts: list[Any]) -> None:
        changes.save_hours(form.instance, changed=changed_by(form))

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> Any:
        hours = kwargs["obj"]
        if hours is not None and not context.get("errors"):
            context |= _beside(hours.opening, request.GET.get("at", ""))
        return super().render_change_form(request, context, *args, **kwargs)

    @admin.display(description=_("Public holidays"))
    def place(self, hours: Any) -> str:
        return place_in_words(hours.country, hours.subdivision) or gettext("None")

    @admin.display(description=_("Open now"), boolean=True)
    def is_open_now(self, hours: Any) -> bool:
        opening: OpeningHours = hours.opening
        return opening.is_open(clock.now())


def _beside(opening: OpeningHours, text: str) -> dict[str, Any]:
    """Return what stands beside the form; `text` is the clock time that is asked."""
    now = clock.now().astimezone(opening.zone)
    asked = _asked(text, opening)
    at = asked or now
    change = opening.next_change(at)
    return {
        "days": opening.days(now.date(), DAYS_SHOWN),
        "is_asked": asked is not None,
        # Without their zone: the page shows the clock of the hours, not its own.
        "asked": at.replace(tzinfo=None),
        "changes_at": change and change.astimezone(opening.zone).replace(tzinfo=None),
        "is_open": opening.is_open(at),
        "holiday": opening.holiday(at.date()),
    }


def _asked(text: str, opening: OpeningHours) -> datetime | None:
    """Return the moment of a clock time in the hours' zone; None where it is none."""
    try:
        wall = parse_datetime(text)
    except ValueError:
        return None
    if wall is None or not FIRST_YEAR <= wall.year <= LAST_YEAR:
        return None
    return wall.replace(tzinfo=opening.zone)
