"""Views that people keep: saved, opened, renamed, shared, deleted."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from agents.models import Role
from reports.models import SavedView
from reports.services import saved_views
from tests.cast import person
from tests.reports.pages import browser_of, shown, text

if TYPE_CHECKING:
    from pytest_django import Settings

    from agents.models import Agent, Organisation, Team
    from queues.models import Queue
    from tests.clockwork import Clockwork
    from tests.post_office import PostOffice

VIEWS = "/reports/views/"


@pytest.fixture
def monday(clockwork: Clockwork) -> datetime:
    now = datetime(2026, 11, 30, 12, tzinfo=UTC)
    clockwork.moves_to(now)
    return now


@pytest.fixture
def sue(acme: Organisation, front_line: Team) -> Agent:
    """Another supervisor of Sam's team."""
    return person("Sue", acme, role=Role.SUPERVISOR, teams=[front_line])


def post(viewer: Agent, do: str, **values: Any) -> Any:
    return browser_of(viewer).post(VIEWS, {"do": do, **values})


def saves(viewer: Agent, name: str = "Mornings", **values: Any) -> SavedView:
    answer = post(
        viewer,
        "save",
        **{"report": "queues", "period": "yesterday", **values},
        name=name,
    )
    assert answer.status_code == 302, answer.content
    view = SavedView.objects.get(owner=viewer, name=name)
    assert answer["Location"] == f"/reports/?view={view.pk}"
    return view


def opened(viewer: Agent, view: SavedView) -> Any:
    return browser_of(viewer).get("/reports/", {"view": view.pk})


def test_a_view_is_opened_with_what_was_asked(
    monday: datetime, sam: Agent, support: Queue
) -> None:
    view = saves(sam, queue=support.pk, interval="hour", figure="answered")

    answer = opened(sam, view)

    assert answer["Location"] == (
        "/reports/?report=queues&period=yesterday&interval=hour"
        f"&queue={support.pk}&figure=answered&view={view.pk}"
    )
    page = browser_of(sam).get(answer["Location"])
    assert page.status_code == 200
    assert "Mornings 2026-11-29 Compared with 2026-11-28" in text(page)


def test_its_period_moves_on(
    monday: datetime, sam: Agent, clockwork: Clockwork
) -> None:
    view = saves(sam)

    clockwork.moves(seconds=timedelta(days=7).total_seconds())

    page = browser_of(sam).get("/reports/", {"view": view.pk}, follow=True)
    assert "Mornings 2026-12-06" in text(page)


def test_days_that_were_named_stay(
    monday: datetime, sam: Agent, clockwork: Clockwork
) -> None:
    view = saves(sam, period="", since="2026-11-01", until="2026-11-07")

    clockwork.moves(seconds=timedelta(days=7).total_seconds())

    page = browser_of(sam).get("/reports/", {"view": view.pk}, follow=True)
    assert "Mornings 2026-11-01 to 2026-11-07" in text(page)


def test_an_own_view_is_nobody_elses(
    sam: Agent, sue: Agent, ada: Agent, alice: Agent
) -> None:
    view = saves(sam, name="Mine alone")

    for viewer in (sue, ada):
        assert opened(viewer, view).status_code == 404
        assert "Mine alone" not in text(browser_of(viewer).get(VIEWS))
    assert browser_of(alice).get(VIEWS).status_code == 403
    assert post(alice, "save", report="queues", name="x").status_code == 403
    assert post(alice, "delete", view=view.pk).status_code == 403
    assert SavedView.objects.get() == view


def test_a_shared_view_is_everybodys_who_oversees_to_open_alone(
    sam: Agent, sue: Agent, greta: Agent
) -> None:
    view = saves(sam, is_shared="on")

    assert opened(sue, view).status_code == 302
    assert "Mornings" in text(browser_of(sue).get(VIEWS))
    assert opened(greta, view).status_code == 404
    for viewer in (sue, greta):
        assert post(viewer, "change", view=view.pk, name="Ours").status_code == 404
        assert post(viewer, "delete", view=view.pk).status_code == 404
    view.refresh_from_db()
    assert view.name == "Mornings"


def test_a_view_is_renamed_shared_and_deleted(sam: Agent, sue: Agent) -> None:
    view = saves(sam)

    answer = post(sam, "change", view=view.pk, name="Evenings", is_shared="on")

    assert answer["Location"] == VIEWS
    assert "Evenings" in text(browser_of(sue).get(VIEWS))
    assert "Evenings" in shown(sue)
    post(sam, "delete", view=view.pk)
    assert not SavedView.objects.exists()


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("", "This field is required"),
        ("Mornings", "You have a view of this name already"),
        ("x" * 101, "at most 100 characters"),
        ("\u200b", "This field cannot be blank"),
    ],
)
def test_a_name_that_cannot_be_is_refused_and_nothing_is_lost(
    sam: Agent, name: str, sentence: str
) -> None:
    saves(sam)
    other = saves(sam, name="Other")

    for answer in (
        post(sam, "save", report="agents", period="today", name=name, is_shared="on"),
        post(sam, "change", view=other.pk, name=name, is_shared="on"),
    ):
        assert answer.status_code == 400
        assert sentence in text(answer)
        written = " ".join(answer.content.decode().split())
        assert f'value="{name}"' in written
    assert 'name="report" value="agents"' in " ".join(
        post(sam, "save", report="agents", name=name).content.decode().split()
    )
    assert {*SavedView.objects.values_list("name", flat=True)} == {"Mornings", "Other"}


def test_what_no_report_answers_is_not_saved(
    monday: datetime, sam: Agent, help_queue: Queue
) -> None:
    for asked in ({"report": "secrets"}, {"report": "queues", "queue": help_queue.pk}):
        assert post(sam, "save", name="x", **asked).status_code == 404
    wrong = {"report": "queues", "since": "2026-11-30", "until": "2026-11-01"}
    answer = post(sam, "save", name="x", **wrong)
    assert answer.status_code == 400
    assert "This must be after the beginning" in text(answer)
    assert not SavedView.objects.exists()


def test_there_is_room_for_a_hundred(sam: Agent, sue: Agent) -> None:
    row = saves(sam)
    views = []
    for number in range(saved_views.MOST - 1):
        row.pk, row.name = None, str(number)
        views.append(
            SavedView(**{f.attname: getattr(row, f.attname) for f in _fields()})
        )
    SavedView.objects.bulk_create(views)

    answer = post(sam, "save", report="queues", name="One more")

    assert answer.status_code == 400
    assert "You keep 100 views" in text(answer)
    saves(sue)


def _fields() -> Any:
    return SavedView._meta.concrete_fields


def test_a_view_goes_with_its_queue(sam: Agent, support: Queue) -> None:
    saves(sam, queue=support.pk)

    support.delete()

    assert not SavedView.objects.exists()


def test_a_view_of_what_is_not_overseen_any_more_is_unknown(
    sam: Agent, support: Queue
) -> None:
    view = saves(sam, queue=support.pk)
    sam.teams.clear()

    page = browser_of(sam).get("/reports/", {"view": view.pk}, follow=True)

    assert page.status_code == 404


def test_mail_is_offered_where_it_is_set_up_alone(
    sam: Agent, post_office: PostOffice, settings: Settings
) -> None:
    assert "By mail" in shown(sam)
    settings.EMAIL_URL = ""

    assert "By mail" not in shown(sam)
    answer = post(sam, "save", report="queues", name="x", mail_every="day")
    assert answer.status_code == 400
    assert not SavedView.objects.exists()


def test_days_that_stay_do_not_come_by_mail(
    sam: Agent, post_office: PostOffice
) -> None:
    days = {"since": "2026-11-01", "until": "2026-11-07"}

    answer = post(sam, "save", report="queues", name="x", mail_every="day", **days)

    assert answer.status_code == 400
    assert not SavedView.objects.exists()
    assert "By mail" not in shown(sam, **days)
