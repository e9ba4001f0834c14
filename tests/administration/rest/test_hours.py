"""Opening hours over REST."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest

from core import clock
from queues.models import Hours
from tests.factories import HoursFactory
from tests.steps import API, client_for, refuses

if TYPE_CHECKING:
    from agents.models import Agent, Organisation
    from tests.steps import Json

EVE = {"date": "2026-12-24", "name": "Christmas Eve", "from": "09:00", "to": "13:00"}
NEW_YEAR = {"date": "2027-01-01", "name": "New Year", "from": None, "to": None}
OFFICE = {
    "name": "Office",
    "timezone": "Europe/Berlin",
    "weekly": [
        {"day": 0, "from": "09:00", "to": "12:00"},
        {"day": 0, "from": "13:00", "to": "24:00"},
        {"day": 4, "from": "22:00", "to": "06:00"},
    ],
    "country": "DE",
    "subdivision": "BY",
    "holidays": [EVE, NEW_YEAR],
}


@pytest.fixture
def office(acme: Organisation) -> Hours:
    return HoursFactory.create(organisation=acme, **OFFICE)


def post(ada: Agent, **values: Any) -> Any:
    return client_for(ada).post(f"{API}/hours/", OFFICE | values, format="json")


def ask(ada: Agent, hours: Hours, what: str, **query: Any) -> Any:
    return client_for(ada).get(f"{API}/hours/{hours.pk}/{what}/", query)


def date_in(zone: str) -> str:
    return clock.now().astimezone(ZoneInfo(zone)).date().isoformat()


def answer_of(response: Any) -> Any:
    assert response.status_code == 200, response.content
    return response.json()


def test_they_are_made_read_changed_and_deleted(ada: Agent) -> None:
    made = post(ada)
    assert made.status_code == 201
    hours = made.json()
    address = f"{API}/hours/{hours.pop('id')}/"
    assert hours == OFFICE

    client = client_for(ada)
    changed = client.patch(
        address,
        {"weekly": [], "holidays": [{"date": "2026-12-24", "name": "Eve"}]},
        format="json",
    )
    assert changed.json()["weekly"] == []
    assert changed.json()["holidays"] == [
        {"date": "2026-12-24", "name": "Eve", "from": None, "to": None}
    ]
    assert client.get(address).json()["country"] == "DE"
    assert client.delete(address).status_code == 204
    assert not Hours.objects.exists()


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("weekly", [{"day": 0, "from": "09:00", "to": "25:00"}], "“25:00” is no time"),
        ("weekly", [OFFICE["weekly"][0]] * 2, "overlap"),
        ("weekly", [{"day": 7, "from": "09:00", "to": "10:00"}], "from 0 (Monday)"),
        ("timezone", "Mars/Olympus", "not a time zone"),
        ("country", "XX", "no country"),
        ("country", "", "no region"),
        ("subdivision", "XX", "no region of DE"),
        ("holidays", [EVE, EVE], "2026-12-24 stands there twice"),
        ("holidays", [EVE | {"to": None}], "both times"),
        ("holidays", [EVE | {"date": "2026-02-30"}], "no date"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(
    ada: Agent, field: str, value: Any, sentence: str
) -> None:
    answer = post(ada, **{field: value})

    wrong = "subdivision" if sentence == "no region" else field
    refuses(answer, 400, "invalid", errors=[wrong])
    assert sentence in answer.json()["errors"][wrong][0]
    assert not Hours.objects.exists()


def test_the_preview_goes_from_a_date_on(ada: Agent, office: Hours) -> None:
    answer = answer_of(ask(ada, office, "preview", **{"from": "2026-12-24", "days": 5}))

    assert answer == [
        {
            "date": "2026-12-24",
            "holiday": "Christmas Eve",
            "open": [["09:00", "13:00"]],
        },
        {"date": "2026-12-25", "holiday": "Christmas Day", "open": []},
        {"date": "2026-12-26", "holiday": "Second Day of Christmas", "open": []},
        {"date": "2026-12-27", "holiday": None, "open": []},
        {
            "date": "2026-12-28",
            "holiday": None,
            "open": [["09:00", "12:00"], ["13:00", "24:00"]],
        },
    ]


def test_the_preview_shows_two_weeks_from_today_there(
    ada: Agent, office: Hours
) -> None:
    office.timezone = "Pacific/Kiritimati"
    office.save(update_fields=["timezone"])
    before = date_in("Pacific/Kiritimati")

    days: list[Json] = answer_of(ask(ada, office, "preview"))

    assert len(days) == 14
    assert before <= days[0]["date"] <= date_in("Pacific/Kiritimati")


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"days": 0}, "days"),
        ({"days": 367}, "days"),
        ({"days": "many"}, "days"),
        ({"from": "2026-02-30"}, "from"),
        ({"from": "0001-01-01"}, "from"),
        ({"from": "9999-12-31"}, "from"),
    ],
)
def test_the_preview_has_bounds(
    ada: Agent, office: Hours, query: Json, field: str
) -> None:
    refuses(ask(ada, office, "preview", **query), 400, "invalid", errors=[field])
    assert len(answer_of(ask(ada, office, "preview", days=366))) == 366


def test_it_says_whether_it_is_open_and_when_that_changes(
    ada: Agent, office: Hours
) -> None:
    open_then = ask(ada, office, "open", at="2026-11-30T12:30:00+01:00")
    closed_then = ask(ada, office, "open", at="2026-11-30T11:30:00Z")
    through_the_night = ask(ada, office, "open", at="2026-12-05T03:00:00+01:00")

    assert answer_of(open_then) == {
        "open": False,
        "changes_at": "2026-11-30T12:00:00Z",
    }
    assert answer_of(closed_then) == answer_of(open_then)
    assert answer_of(through_the_night) == {
        "open": True,
        "changes_at": "2026-12-05T05:00:00Z",
    }


@pytest.mark.parametrize("at", ["soon", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"])
def test_a_moment_that_is_none(ada: Agent, office: Hours, at: str) -> None:
    refuses(ask(ada, office, "open", at=at), 400, "invalid", errors=["at"])


def test_what_is_never_open_never_changes(ada: Agent, acme: Organisation) -> None:
    never = HoursFactory.create(organisation=acme, weekly=[])

    assert answer_of(ask(ada, never, "open")) == {"open": False, "changes_at": None}


def test_a_change_is_in_the_audit_trail(ada: Agent, office: Hours) -> None:
    client = client_for(ada)
    client.patch(f"{API}/hours/{office.pk}/", {"weekly": []}, format="json")

    [entry, *_] = client.get(f"{API}/audit/").json()["results"]

    assert (entry["action"], entry["object"]["kind"]) == ("changed", "hours")
    assert entry["changes"] == {"weekly": [OFFICE["weekly"], []]}
