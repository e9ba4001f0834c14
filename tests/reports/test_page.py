"""The page of reports: who sees it, what it asks, and what it says where that is
wrong."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from reports.definitions import REPORTS
from tests import steps
from tests.factories import ContactFactory, QueueFactory, TeamFactory
from tests.reports.pages import browser_of, page, shown, text, waits

if TYPE_CHECKING:
    from agents.models import Agent, Organisation
    from queues.models import EntryPoint, Queue
    from tests.clockwork import Clockwork

# What an agent who is in wrap-up still says nothing of.
EMPTY = {"assistants", "ratings", "wrapups"}
SCRIPT = "<script>alert('7')</script>"


@pytest.fixture
def monday(clockwork: Clockwork) -> datetime:
    """Monday noon, UTC."""
    now = datetime(2026, 11, 30, 12, tzinfo=UTC)
    clockwork.moves_to(now)
    return now


@pytest.fixture
def noon(clockwork: Clockwork) -> datetime:
    """Noon of tomorrow, UTC: people who are made now have a state since before."""
    now = clockwork.now + timedelta(days=1)
    clockwork.moves_to(now.replace(hour=12, minute=0, second=0))
    return clockwork.now


@pytest.fixture
def claims(acme: Organisation) -> Queue:
    """A queue that a team serves which Sam does not oversee."""
    team = TeamFactory.create(organisation=acme, name="Back office")
    return QueueFactory.create(organisation=acme, name="Claims", teams=[team])


# --- who ----------------------------------------------------------------------------
@pytest.mark.parametrize("name", ["alice", "root"])
def test_who_oversees_nobody_sees_no_reports(
    name: str, request: pytest.FixtureRequest
) -> None:
    assert page(request.getfixturevalue(name)).status_code == 403


def test_supervisors_choose_among_what_their_teams_serve(
    sam: Agent, alice: Agent, support: Queue, claims: Queue
) -> None:
    told = shown(sam)

    assert "Support" in told
    assert "Alice" in told
    assert "Claims" not in told
    assert "Back office" not in told


def test_administrators_choose_among_all(
    ada: Agent, support: Queue, claims: Queue
) -> None:
    told = shown(ada)

    assert "Support" in told
    assert "Claims" in told
    assert "Back office" in told


def test_the_unseen_queue_is_unknown(
    sam: Agent, ada: Agent, claims: Queue, help_queue: Queue
) -> None:
    assert page(sam, queue=claims.pk).status_code == 404
    assert page(ada, queue=help_queue.pk).status_code == 404
    assert page(ada, queue=10**12).status_code == 404
    assert page(ada, queue=claims.pk).status_code == 200


def test_another_report_does_not_exist(ada: Agent) -> None:
    assert page(ada, report="secrets").status_code == 404


def test_the_menu_leads_there_who_oversees(sam: Agent, alice: Agent) -> None:
    for viewer, is_there in ((sam, True), (alice, False)):
        desk = browser_of(viewer).get("/desk/").content.decode()
        assert ('href="/reports/"' in desk) == is_there


# --- what is asked ------------------------------------------------------------------
def test_the_last_seven_days_are_shown_first(monday: datetime, ada: Agent) -> None:
    answer = page(ada)

    assert 'value="2026-11-23"' in answer.content.decode()
    assert 'value="2026-11-29"' in answer.content.decode()
    assert "2026-11-23 to 2026-11-29 Compared with 2026-11-16 to 2026-11-22" in text(
        answer
    )


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"since": "yesterday", "until": "2026-11-29"}, "Give a day or a time"),
        ({"since": "2026-11-29", "until": "2026-11-01"}, "must be after"),
        ({"interval": "decade"}, "Give one of"),
        (
            {"since": "2016-11-01", "until": "2026-11-01", "interval": "15m"},
            "A report has 3,000 intervals at most",
        ),
        ({"queue": "Support"}, "Give the number of one"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_lost(
    monday: datetime, ada: Agent, asked: dict[str, str], sentence: str
) -> None:
    answer = page(ada, **asked)

    assert answer.status_code == 400
    assert sentence in text(answer)
    assert "Offered" not in text(answer)
    for name in ("since", "until"):
        if name in asked:
            assert f'name="{name}" value="{asked[name]}"' in _on_one_line(answer)


def _on_one_line(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


# --- what is told -------------------------------------------------------------------
def test_figures_stand_beside_those_of_the_period_before(
    monday: datetime, ada: Agent, support: Queue
) -> None:
    for day in (24, 25, 26):
        waits(support, datetime(2026, 11, day, 10, tzinfo=UTC))
    for day in (17, 18):
        waits(support, datetime(2026, 11, day, 10, tzinfo=UTC))

    told = shown(ada, queue=support.pk)

    assert "Offered 3 ▲ 50.0% more (before: 2)" in told
    assert "Tue 2026-11-24 1" in told


def test_every_figure_has_its_definition(
    monday: datetime, ada: Agent, support: Queue
) -> None:
    waits(support, datetime(2026, 11, 24, 10, tzinfo=UTC))

    written = page(ada).content.decode()

    wanted = set(re.findall(r'popovertarget="(about-[^"]+)"', written))
    assert wanted <= set(re.findall(r'id="(about-[^"]+)"', written))
    assert len(wanted) > 3


def test_the_values_are_drawn_and_told(
    monday: datetime, ada: Agent, support: Queue
) -> None:
    waits(support, datetime(2026, 11, 24, 10, tzinfo=UTC))

    written = page(ada, figure="abandoned").content.decode()

    assert "Abandoned over time" in " ".join(written.split())
    assert 'data-said="Tue 2026-11-24: 1"' in written
    assert written.count('class="chart__bar"') >= 1


def test_an_organisation_without_contacts_gets_a_sentence(
    monday: datetime, greta: Agent
) -> None:
    told = shown(greta)

    assert "Nothing happened in this time" in told


def test_many_rows_come_in_pages(monday: datetime, ada: Agent, support: Queue) -> None:
    waits(support, datetime(2026, 11, 24, 10, tzinfo=UTC))

    first = shown(ada, period="last_7_days", interval="15m")
    last = shown(ada, period="last_7_days", interval="15m", intervals="7")

    assert "1 to 100 of 672" in first
    assert "601 to 672 of 672" in last


def test_names_are_shown_as_they_were_written(
    monday: datetime, ada: Agent, acme: Organisation, front_line: Any
) -> None:
    queue = QueueFactory.create(organisation=acme, name=SCRIPT, teams=[front_line])
    waits(queue, datetime(2026, 11, 24, 10, tzinfo=UTC))

    answer = page(ada, queue=queue.pk)

    assert SCRIPT not in answer.content.decode()
    assert SCRIPT in text(answer)


def test_an_address_with_a_script_is_text(ada: Agent) -> None:
    answer = page(ada, since=f'"{SCRIPT}', figure=f'"{SCRIPT}', interval=SCRIPT)

    assert answer.status_code == 400
    assert SCRIPT not in answer.content.decode()


@pytest.mark.parametrize("report", [*REPORTS])
def test_every_report_is_shown(
    noon: datetime,
    sam: Agent,
    alice: Agent,
    direct: EntryPoint,
    clockwork: Clockwork,
    report: str,
) -> None:
    steps.in_wrap_up(alice, direct)
    clockwork.moves(seconds=1200)

    answer = page(sam, report=report, period="today")

    assert answer.status_code == 200
    assert "Nothing happened" not in text(answer) or report in EMPTY


def test_comments_have_the_time_of_the_organisation(
    monday: datetime, ada: Agent, acme: Organisation, support: Queue
) -> None:
    acme.timezone = "America/New_York"
    acme.save(update_fields=["timezone"])
    at = datetime(2026, 11, 25, 3, 30, tzinfo=UTC)
    ContactFactory.create(
        organisation=acme,
        queue=support,
        opened_at=at,
        ended=True,
        rating=4,
        rated_at=at,
        rating_comment=f"Quick {SCRIPT}",
    )

    told = shown(ada, report="ratings")

    assert f"4 of 5 2026-11-24 22:30:00 Support Quick {SCRIPT}" in told


def test_comments_of_the_period_before_are_not_read(
    monday: datetime, ada: Agent
) -> None:
    with CaptureQueriesContext(connection) as asked:
        shown(ada, report="ratings")

    assert sum("rating_comment" in query["sql"] for query in asked) == 1


def test_times_and_shares_are_written_in_the_language(
    monday: datetime, ada: Agent, support: Queue
) -> None:
    waits(support, datetime(2026, 11, 24, 10, tzinfo=UTC))
    ada.language = "ar"
    ada.save(update_fields=["language"])

    answer = page(ada)

    assert 'dir="rtl"' in answer.content.decode()
    assert "data-mirrored" in answer.content.decode()


def test_the_file_is_of_the_same_question(
    monday: datetime, ada: Agent, support: Queue
) -> None:
    written = page(ada, queue=support.pk).content.decode()

    [link] = re.findall(r'href="(/api/v1/reports/[^"]+)"', written)
    answer = browser_of(ada).get(unescape(link))
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("text/csv")
    assert "since=2026-11-23" in link
