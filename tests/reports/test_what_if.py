"""The page of What if: asked for, run by a worker, read, stopped, forgotten."""

from __future__ import annotations

from datetime import UTC, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.core.management import CommandError, call_command

from core import clock
from reports import jobs, tasks
from reports.models import Simulation, SimulationState
from reports.saying import NOTHING
from reports.services import simulations
from reports.simulation import running
from tests.reports.pages import browser_of, text, waits

if TYPE_CHECKING:
    from agents.models import Agent, Team
    from queues.models import Queue
    from tests.clockwork import Clockwork

PAGE = "/reports/what-if/"


@pytest.fixture
def yesterday(support: Queue, clockwork: Clockwork) -> str:
    """A day on which somebody waited a minute for nobody."""
    at = clockwork.now.astimezone(UTC) - timedelta(days=1)
    waits(support, at.replace(hour=9, minute=0))
    return at.date().isoformat()


def ask(viewer: Agent, day: str, **typed: Any) -> Any:
    return browser_of(viewer).post(PAGE, {"day": day, **typed})


def asked(viewer: Agent, day: str, **typed: Any) -> Simulation:
    answer = ask(viewer, day, **typed)
    assert answer.status_code == 302, text(answer)
    run = Simulation.objects.latest("pk")
    assert answer["Location"] == f"{PAGE}{run.pk}/"
    return run


def read(viewer: Agent, run: Simulation) -> str:
    answer = browser_of(viewer).get(f"{PAGE}{run.pk}/")
    assert answer.status_code == 200
    return text(answer)


@pytest.mark.slow
def test_a_day_is_replayed_by_a_worker(
    ada: Agent, front_line: Team, yesterday: str
) -> None:
    typed = {"threshold": "90", "acceptance": "20", "group_queue": "Support"}
    typed |= {"no_skills": "on"}
    run = asked(ada, yesterday, **typed, group_team="Front line", group_after="45")
    assert "Waiting for its turn" in read(ada, run)

    tasks.run_simulation(str(run.pk))

    run.refresh_from_db()
    assert (run.state, run.progress, run.error) == (SimulationState.DONE, 100, "")
    page = read(ada, run)
    assert "Front line joins Support after 45 s" in page
    assert "20 s to accept" in page
    assert "nobody asks for skills" in page
    assert "service level within 90 s" in page
    assert "0% would have been answered in time; 0% really were." in page
    assert "Offered 1 1 1" in page
    assert page.count("Occupancy") == 2  # of all queues: drawn, and in a table
    assert "Longest wait 1:00 1:00 1:00" in page
    assert f"Average speed of answer {NOTHING} {NOTHING} {NOTHING}" in page
    # Again it is nobody's.
    tasks.run_simulations()
    assert Simulation.objects.get().attempts == 1
    assert f"{run.day}" in text(browser_of(ada).get("/reports/what-if/"))


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"day": "2999-01-01"}, "Choose a day that is over"),
        ({"day": "soon"}, "Give a day such as"),
        ({"day": "2020-01-01"}, "Nobody came to a queue"),
        ({"slots": "many"}, "This must be a whole number."),
        ({"slots": "9"}, "less than or equal to 5"),
        ({"acceptance": "0"}, "greater than or equal to 1"),
        ({"group_queue": "Support"}, "There is no team “”."),
        (
            {
                "group_queue": "Support",
                "group_team": "Front line",
                "group_after": "soon",
            },
            "This must be a whole number.",
        ),
        ({"group_queue": "Gone", "group_team": "Front line"}, "no queue “Gone”"),
    ],
)
@pytest.mark.telling
def test_what_cannot_be_is_said_beside_what_was_typed(
    ada: Agent, front_line: Team, yesterday: str, typed: dict[str, str], sentence: str
) -> None:
    answer = ask(ada, **{"day": yesterday, **typed})

    assert answer.status_code == 400
    assert sentence in text(answer)
    assert not Simulation.objects.exists()


def test_agents_of_teams_are_typed_by_the_team(
    ada: Agent, front_line: Team, yesterday: str
) -> None:
    field = f"agents-{front_line.pk}"
    assert ask(ada, yesterday, **{field: "some"}).status_code == 400
    assert ask(ada, yesterday, **{field: "500"}).status_code == 400

    run = asked(ada, yesterday, **{field: "-2"})

    assert "2 fewer agents in Front line" in read(ada, run)
    # Whether so many were there, the run finds out.
    tasks.run_simulation(str(run.pk))
    assert "“Front line” 0 worked that day" in read(ada, run)
    assert Simulation.objects.get().state == SimulationState.FAILED


def test_one_runs_at_a_time_and_can_be_stopped(ada: Agent, yesterday: str) -> None:
    run = asked(ada, yesterday)
    refused = ask(ada, yesterday)
    assert refused.status_code == 409
    assert "A day is being replayed already." in text(refused)
    assert Simulation.objects.count() == 1

    assert browser_of(ada).post(f"{PAGE}{run.pk}/").status_code == 302

    assert "Stopped" in read(ada, run)
    tasks.run_simulations()
    assert Simulation.objects.get().attempts == 0
    asked(ada, yesterday)


def test_a_run_that_is_stopped_ends_its_child(ada: Agent, yesterday: str) -> None:
    run = asked(ada, yesterday)
    claimed = simulations.claim(run_id=run.pk, now=clock.now())
    assert claimed is not None
    assert simulations.tell(run=claimed, share=0.4, now=clock.now())
    answer = browser_of(ada).get(f"{PAGE}{run.pk}/progress/")
    assert answer.json() == {"is_open": True, "progress": 40}

    simulations.stop(run=run, now=clock.now())

    assert not simulations.tell(run=claimed, share=0.5, now=clock.now())
    simulations.finish(run=claimed, result={}, now=clock.now())
    run.refresh_from_db()
    assert (run.state, run.result) == (SimulationState.STOPPED, None)
    answer = browser_of(ada).get(f"{PAGE}{run.pk}/progress/")
    assert answer.json() == {"is_open": False, "progress": 40}


def test_a_run_whose_worker_was_killed_is_another_workers(
    ada: Agent, yesterday: str, clockwork: Clockwork
) -> None:
    run = asked(ada, yesterday)
    first = simulations.claim(run_id=run.pk, now=clockwork.now)
    assert first is not None
    assert simulations.claim(run_id=run.pk, now=clockwork.now) is None

    clockwork.moves(seconds=121)
    second = simulations.claim(run_id=run.pk, now=clockwork.now)

    assert second is not None
    # The first was only slow: it is nobody's business any more.
    assert not simulations.tell(run=first, share=0.9, now=clockwork.now)
    clockwork.moves(seconds=121)
    jobs.run_simulations(clockwork.now)
    run.refresh_from_db()
    assert run.state == SimulationState.FAILED
    assert "It was interrupted again and again." in read(ada, run)


def test_few_run_at_once_in_the_whole_installation(
    ada: Agent, greta: Agent, yesterday: str, clockwork: Clockwork, help_queue: Queue
) -> None:
    waits(help_queue, (clockwork.now - timedelta(days=1)).replace(hour=9, minute=0))
    simulations.AT_ONCE, before = 1, simulations.AT_ONCE
    try:
        mine, theirs = asked(ada, yesterday), asked(greta, yesterday)
        assert simulations.claim(run_id=mine.pk, now=clockwork.now) is not None
        assert simulations.claim(run_id=theirs.pk, now=clockwork.now) is None
    finally:
        simulations.AT_ONCE = before
    assert browser_of(ada).get(f"{PAGE}{theirs.pk}/").status_code == 404
    assert browser_of(ada).post(f"{PAGE}{theirs.pk}/").status_code == 404
    assert Simulation.objects.get(pk=theirs.pk).state == SimulationState.WAITING


def test_a_run_begins_when_the_one_before_it_is_over(
    ada: Agent,
    greta: Agent,
    yesterday: str,
    help_queue: Queue,
    clockwork: Clockwork,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    waits(help_queue, (clockwork.now - timedelta(days=1)).replace(hour=9, minute=0))
    for viewer in (ada, greta):
        run = asked(viewer, yesterday)
        run.changes = {"agents": {"A team that was deleted": 1}}  # it fails at once
        run.save()

    monkeypatch.setattr(clock, "now", lambda: clockwork.moves(seconds=180))
    tasks.run_simulations()

    first, second = Simulation.objects.order_by("pk")
    assert first.state == second.state == SimulationState.FAILED
    assert first.ended_at is not None
    assert second.heard_at is not None
    assert first.ended_at < second.heard_at


def test_a_replay_that_takes_too_long_fails_in_words(
    ada: Agent, yesterday: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = asked(ada, yesterday)
    monkeypatch.setattr(running, "LONGEST", timedelta(milliseconds=10))

    tasks.run_simulation(str(run.pk))

    run.refresh_from_db()
    assert run.state == SimulationState.FAILED
    assert "It took too long. Try a day with fewer contacts." in read(ada, run)
    command = ["simulate", "--organisation", "acme", "--day", yesterday]
    with pytest.raises(CommandError, match="The replay took too long"):
        call_command(*command)


def test_old_runs_are_forgotten(
    ada: Agent, yesterday: str, clockwork: Clockwork
) -> None:
    run = asked(ada, yesterday)
    simulations.stop(run=run, now=clockwork.now)
    waiting = asked(ada, yesterday)

    clockwork.moves(seconds=31 * 86400)
    tasks.clear_simulations()

    assert list(Simulation.objects.all()) == [waiting]


def test_supervisors_and_agents_do_not_come_here(
    sam: Agent, alice: Agent, ada: Agent, yesterday: str
) -> None:
    run = asked(ada, yesterday)

    for viewer in (sam, alice):
        assert ask(viewer, yesterday).status_code == 403
        assert browser_of(viewer).post(f"{PAGE}{run.pk}/").status_code == 403
        assert "What if" not in text(browser_of(viewer).get("/reports/"))

    run.refresh_from_db()
    assert run.state == SimulationState.WAITING
    assert "What if: a past day" in text(browser_of(ada).get("/reports/"))
