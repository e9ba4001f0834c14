"""Days that move on as time goes by."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from datetime import date, tzinfo


MORNING = time(7)  # where the organisation is
MONDAY = 0
DAY = timedelta(days=1)


class MailEvery(models.TextChoices):
    """When a saved view comes by mail."""

    DAY = "day", _("Every morning")
    WEEK = "week", _("Every Monday")


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
    this_month = today.replace(day=1)
    match period:
        case Period.TODAY:
            return today, today
        case Period.YESTERDAY:
            return today - DAY, today - DAY
        case Period.LAST_30_DAYS:
            return today - 30 * DAY, today - DAY
        case Period.THIS_MONTH:
            return this_month, today
        case Period.LAST_MONTH:
            last = this_month - DAY
            return last.replace(day=1), last
    return today - 7 * DAY, today - DAY


def next_morning(every: str, *, now: datetime, zone: tzinfo) -> datetime:
    """Return the first morning after now at which a mail is due, there."""
    day = now.astimezone(zone).date()
    while not (_has_mail(every, day) and _morning(day, zone) > now):
        day += DAY
    return _morning(day, zone)


def last_morning(every: str, *, now: datetime, zone: tzinfo) -> date:
    """Return the day of the last morning until now at which a mail was due, there."""
    day = now.astimezone(zone).date()
    while not (_has_mail(every, day) and _morning(day, zone) <= now):
        day -= DAY
    return day


def _has_mail(every: str, day: date) -> bool:
    return every == MailEvery.DAY or day.weekday() == MONDAY


def _morning(day: date, zone: tzinfo) -> datetime:
    return datetime.combine(day, MORNING, tzinfo=zone)
