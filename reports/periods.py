"""Days that move on as time goes by."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from datetime import date


class Period(models.TextChoices):
    TODAY = "today", _("Today")
    YESTERDAY = "yesterday", _("Yesterday")
    LAST_7_DAYS = "last_7_days", _("Last 7 days")
    LAST_30_DAYS = "last_30_days", _("Last 30 days")
    THIS_MONTH = "this_month", _("This month")
    LAST_MONTH = "last_month", _("Last month")


def days_of(period: str, *, today: date) -> tuple[date, date]:
    """Return the first and the last day of a period. The last days are whole ones:
    today is not among them."""
    day = timedelta(days=1)
    this_month = today.replace(day=1)
    match period:
        case Period.TODAY:
            return today, today
        case Period.YESTERDAY:
            return today - day, today - day
        case Period.LAST_30_DAYS:
            return today - 30 * day, today - day
        case Period.THIS_MONTH:
            return this_month, today
        case Period.LAST_MONTH:
            last = this_month - day
            return last.replace(day=1), last
    return today - 7 * day, today - day
