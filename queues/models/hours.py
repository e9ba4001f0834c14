from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agents.models import Audited, Folding, Organisation
from agents.models.organisation import validate_timezone
from core.folding import FoldedText
from queues import public_holidays
from queues.opening_hours import OpeningHours
from queues.opening_rows import NotHours, dates_of, week_of


def validate_weekly(rows: Any) -> None:
    """Refuse what is not a list of {day, from, to} of which no two overlap."""
    try:
        week_of(rows)
    except NotHours as error:
        raise ValidationError(str(error)) from error


def validate_holidays(rows: Any) -> None:
    """Refuse what is not a list of {date, name, from, to}, each date once."""
    try:
        dates_of(rows)
    except NotHours as error:
        raise ValidationError(str(error)) from error


def validate_country_with_holidays(code: str) -> None:
    if code not in public_holidays.regions():
        message = gettext(
            "“%(code)s” is no country (ISO 3166) whose holidays are known."
        ) % {"code": code}
        raise ValidationError(message)


class Hours(Folding, Audited):
    """When queues are open."""

    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="hours"
    )
    name = models.CharField(
        max_length=100, help_text=_("1-100 characters, for administrators.")
    )
    timezone = models.CharField(
        _("time zone"),
        max_length=50,
        default="UTC",
        validators=[validate_timezone],
        help_text=_("Whose clock counts, for example Europe/Berlin."),
    )
    weekly = models.JSONField(
        _("week"),
        default=list,
        blank=True,
        validators=[validate_weekly],
        help_text=_(
            "When it is open, a list of at most 70 {day, from, to}: the day from "
            "0 (Monday) to 6 (Sunday), times as HH:MM. Up to 24:00 is until "
            "midnight; an end at or before the beginning lies on the next day. "
            "Empty: never."
        ),
    )
    country = models.CharField(
        max_length=2,
        blank=True,
        default="",
        validators=[validate_country_with_holidays],
        help_text=_(
            "ISO 3166, for example DE: it is closed on the country's public "
            "holidays. Empty: on none."
        ),
    )
    subdivision = models.CharField(
        _("region"),
        max_length=20,
        blank=True,
        default="",
        help_text=_(
            "The code of a region of the country with holidays of its own, for "
            "example BY. Empty: those of the whole country."
        ),
    )
    holidays = models.JSONField(
        _("own dates"),
        default=list,
        blank=True,
        validators=[validate_holidays],
        help_text=_(
            "Dates with other hours, a list of at most 500 {date, name, from, "
            "to}: without times it is closed. They win over the week and the "
            "country's holidays."
        ),
    )

    folded = FoldedText(of=("name",))

    class Meta:
        ordering = ["name"]
        verbose_name = _("opening hours")
        verbose_name_plural = _("opening hours")
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "name"],
                name="queues_hours_name",
                violation_error_message=_("Opening hours of this name exist already."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        regions = public_holidays.regions().get(self.country, ())
        if self.subdivision and self.subdivision not in regions:
            where = (
                gettext("region of %(country)s") % {"country": self.country}
                if self.country
                else "region"
            )
            message = gettext(
                "“%(subdivision)s” is no %(where)s whose holidays are known."
            ) % {"subdivision": self.subdivision, "where": where}
            raise ValidationError({"subdivision": message})

    @property
    def opening(self) -> OpeningHours:
        """Return them as what can be asked whether it is open."""
        return OpeningHours.of(
            timezone=self.timezone,
            weekly=self.weekly,
            country=self.country,
            subdivision=self.subdivision,
            holidays=self.holidays,
        )
