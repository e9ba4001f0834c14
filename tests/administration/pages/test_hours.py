"""Opening hours in the administration: rows, no JSON."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from core import clock
from queues.models import EntryPoint, Hours
from tests.administration.pages.site import add, change, errors, page
from tests.factories import HoursFactory

if TYPE_CHECKING:
    from django.test import Client

    from agents.models import Organisation
    from queues.models import Assistant

WEEK = {
    "weekly-0-day": "0",
    "weekly-0-from": "9",
    "weekly-0-to": "12:30",
    "weekly-1-day": "0",
    "weekly-1-from": "13:30",
    "weekly-1-to": "24:00",
    "weekly-2-day": "4",
    "weekly-2-from": "",
    "weekly-2-to": "",
}
DATES = {
    "holidays-0-date": "2026-12-24",
    "holidays-0-name": "Eve",
    "holidays-0-from": "9:00",
    "holidays-0-to": "13:00",
    "holidays-1-date": "2026-12-31",
    "holidays-1-name": "Stocktaking",
    "holidays-1-from": "",
    "holidays-1-to": "",
}


def test_they_are_made_of_rows(adas_browser: Client, acme: Organisation) -> None:
    add(
        adas_browser,
        Hours,
        name="Office",
        timezone="Europe/Berlin",
        country="DE",
        subdivision="DE/BY",
        **WEEK,
        **DATES,
    )

    hours = Hours.objects.get(name="Office")
    assert hours.organisation == acme
    assert (hours.country, hours.subdivision) == ("DE", "BY")
    assert hours.weekly == [
        {"day": 0, "from": "09:00", "to": "12:30"},
        {"day": 0, "from": "13:30", "to": "24:00"},
    ]
    assert hours.holidays == [
        {"date": "2026-12-24", "name": "Eve", "from": "09:00", "to": "13:00"},
        {"date": "2026-12-31", "name": "Stocktaking", "from": None, "to": None},
    ]


def test_new_ones_begin_with_office_hours_in_the_own_zone(
    adas_browser: Client, acme: Organisation
) -> None:
    acme.timezone = "Asia/Kolkata"
    acme.save(update_fields=["timezone"])

    form = adas_browser.get(page(Hours, "add")).context["adminform"].form

    assert form["timezone"].value() == "Asia/Kolkata"
    assert [row["day"] for row in form["weekly"].value()] == [0, 1, 2, 3, 4]


@pytest.mark.parametrize(
    ("wrong", "field", "sentence"),
    [
        ({"weekly-0-to": "25:00"}, "weekly", "“25:00” is no time"),
        ({"weekly-0-to": ""}, "weekly", "“” is no time"),
        ({"weekly-0-to": "14:00"}, "weekly", "overlap: Monday 09:00-14:00"),
        ({"weekly-0-day": "x"}, "weekly", "A day is a number"),
        ({"weekly-0-day": "1" * 4301}, "weekly", "A day is a number"),
        ({"country": "XX"}, "country", "valid choice"),
        ({"subdivision": "DE/BY"}, "subdivision", "a region of Germany: choose"),
        ({"country": "FR", "subdivision": "DE/BY"}, "subdivision", "of Germany"),
        ({"country": "DE", "subdivision": "DE/XX"}, "subdivision", "valid choice"),
        ({"timezone": "Mars/Olympus"}, "timezone", "valid choice"),
        ({"holidays-1-date": "2026-12-24"}, "holidays", "stands there twice"),
        ({"holidays-1-date": ""}, "holidays", "is no date"),
        ({"holidays-1-name": ""}, "holidays", "has 1-100 characters"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_typed_is_lost(
    adas_browser: Client, wrong: dict[str, str], field: str, sentence: str
) -> None:
    response = add(adas_browser, Hours, name="Office", **{**WEEK, **DATES, **wrong})

    assert sentence in errors(response)[field][0]
    described = rf'aria-describedby="[^"]*\bid_{field}_error"'
    assert re.search(described, response.content.decode())
    assert 'value="Stocktaking"' in response.content.decode() or field == "holidays"
    assert not Hours.objects.exists()


def test_what_is_not_touched_stays(adas_browser: Client, acme: Organisation) -> None:
    hours = HoursFactory.create(organisation=acme, country="DE", subdivision="BY")
    week = hours.weekly

    change(adas_browser, hours, name="Renamed")
    hours.refresh_from_db()
    assert (hours.name, hours.weekly, hours.subdivision) == ("Renamed", week, "BY")

    change(adas_browser, hours, country="", subdivision="", **WEEK)
    hours.refresh_from_db()
    assert (hours.country, hours.subdivision) == ("", "")
    assert len(hours.weekly) == 2


def shown(browser: Client, hours: Hours, **query: Any) -> str:
    response = browser.get(page(Hours, "change", hours.pk), query)
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def test_the_next_two_weeks_stand_beside_the_form(
    adas_browser: Client, acme: Organisation
) -> None:
    today = clock.now().date()
    own = {"date": today.isoformat(), "name": "Party", "from": None, "to": None}
    hours = HoursFactory.create(organisation=acme, holidays=[own])

    content = shown(adas_browser, hours)

    assert content.count('<th scope="row">') == 14
    assert content.count("09:00 to 17:00") in {9, 10}
    assert ">Party</bdi>" in content


@pytest.mark.parametrize(
    ("at", "answer"),
    [
        ("2026-12-07T10:00", "<strong>Open</strong> on Mon 2026-12-07, 10:00."),
        ("2026-12-07T08:00", "Opens on Mon 2026-12-07, 09:00."),
        ("2026-12-25T10:00", "<bdi>Christmas Day</bdi>"),
        ("2026-12-04T18:00", "Opens on Mon 2026-12-07, 09:00."),
    ],
)
def test_one_can_ask_whether_it_is_open(
    adas_browser: Client, acme: Organisation, at: str, answer: str
) -> None:
    hours = HoursFactory.create(
        organisation=acme, timezone="Asia/Kolkata", country="DE"
    )

    assert answer in shown(adas_browser, hours, at=at)


@pytest.mark.parametrize("at", ["", "soon", "2026-02-30T10:00", "0001-01-01T00:00"])
def test_a_moment_that_is_none_is_now(
    adas_browser: Client, acme: Organisation, at: str
) -> None:
    hours = HoursFactory.create(organisation=acme)

    assert "</strong>" in shown(adas_browser, hours, at=at)


def test_an_entry_point_says_that_it_is_outside_its_hours(
    adas_browser: Client, direct: EntryPoint, robot: Assistant
) -> None:
    sentence = "closed at the moment: it is outside"
    address = page(EntryPoint, "change", direct.pk)

    assert sentence not in adas_browser.get(address).content.decode()
    direct.queue.hours = HoursFactory.create(
        organisation=direct.organisation, weekly=[]
    )
    direct.queue.save(update_fields=["hours"])
    assert sentence in adas_browser.get(address).content.decode()
    direct.assistant, direct.assistant_outside_hours = robot, True
    direct.save(update_fields=["assistant", "assistant_outside_hours"])
    assert sentence not in adas_browser.get(address).content.decode()
