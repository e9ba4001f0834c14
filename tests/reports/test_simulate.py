"""What if: a day that happened is replayed, as it was and otherwise."""

from __future__ import annotations

import json
from collections import Counter
from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import TYPE_CHECKING, Any

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command

from agents.models import AgentSkill, Skill
from contacts.models import Contact
from queues.models import AskedSkill
from reports.simulation import asking, reading
from tests import steps
from tests.cast import person
from tests.factories import (
    ContactFactory,
    EntryPointFactory,
    QueueFactory,
    QueueVisitFactory,
    TeamFactory,
)
from tests.reports.days import Centre
from tests.steps import API, client_for
from tests.supervision.watchers import take_over

if TYPE_CHECKING:
    from pathlib import Path

    from agents.models import Agent, MultimediaProfile, Organisation, Team
    from queues.models import EntryPoint, Queue
    from tests.clockwork import Clockwork

FEW, MANY = 2, 115


def simulate(day: str, *options: str) -> Any:
    out = StringIO()
    arguments = ["--organisation", "acme", "--day", day, "--json", *options]
    call_command("simulate", *arguments, stdout=out)
    return json.loads(out.getvalue())


@pytest.fixture
def centre(
    acme: Organisation,
    front_line: Team,
    support: Queue,
    direct: EntryPoint,
    chat_profile: MultimediaProfile,
    clockwork: Clockwork,
) -> Centre:
    """Two teams and two queues; the first helps the second after half a minute."""
    chat_profile.chat = 2
    chat_profile.save()
    second = TeamFactory.create(organisation=acme, name="Second line")
    sales = QueueFactory.create(organisation=acme, name="Sales", teams=[second])
    sales.distribution.create(team=front_line, after_seconds=30)
    at_sales = EntryPointFactory.create(
        organisation=acme, key="sales", name="Sales", queue=sales
    )
    first = [person(f"Secret {n}", acme, teams=[front_line]) for n in range(4)]
    others = [person(f"Hidden {n}", acme, teams=[second]) for n in range(2)]
    return Centre(clockwork, [direct, direct, at_sales], [*first, *others], sales)


def rows_everywhere() -> Counter[str]:
    return Counter(
        {m._meta.label: m._default_manager.count() for m in apps.get_models()}
    )


@pytest.mark.longest
def test_a_day_is_reproduced_and_changed(centre: Centre, tmp_path: Path) -> None:
    day = centre.works(chats=MANY, hours=1).date().isoformat()
    asked = [
        {"name": "More", "agents": {"Front line": 2}},
        {"agents": {"Front line": -2}, "slots": 1},
        {"threshold": {"Support": 90}},
    ]
    path = tmp_path / "scenarios.json"
    path.write_text(json.dumps({"scenarios": asked}))
    before = rows_everywhere()

    found = simulate(day, "--settings-file", str(path))

    really, replayed = found["really"]["total"], found["replayed"]["total"]
    more, fewer, patient = (each["total"] for each in found["scenarios"])
    assert found["contacts"] == MANY
    assert really["abandoned"] > FEW
    assert really["rona_rate"] > 0
    # The bounds of docs/what-if.md.
    assert replayed["offered"] == pytest.approx(really["offered"], rel=0.02)
    assert replayed["answered"] == pytest.approx(really["answered"], rel=0.02)
    assert replayed["service_level"] == pytest.approx(really["service_level"], abs=0.03)
    assert replayed["asa_seconds"] == pytest.approx(really["asa_seconds"], rel=0.1)
    assert replayed["aht_seconds"] == pytest.approx(really["aht_seconds"], rel=0.03)
    assert replayed["occupancy"] == pytest.approx(really["occupancy"], abs=0.02)
    assert replayed["rona_rate"] == pytest.approx(really["rona_rate"], abs=0.02)
    assert more["service_level"] > replayed["service_level"] > fewer["service_level"]
    assert more["abandoned"] < replayed["abandoned"] < fewer["abandoned"]
    assert more["occupancy"] < replayed["occupancy"]
    # The same day, by another clock: the same seed draws the same.
    assert patient["service_level"] > replayed["service_level"]
    assert patient | {"service_level": 0} == replayed | {"service_level": 0}
    counted_anew = found["scenarios"][2]["really"]["total"]["service_level"]
    assert counted_anew == pytest.approx(patient["service_level"], abs=0.03)
    # How busy people were is said of all queues together.
    assert found["replayed"]["queues"]
    for figures in found["replayed"]["queues"].values():
        assert figures.keys() == really.keys() - {"occupancy"}
    # Nothing of it is left in the real database.
    assert rows_everywhere() == before


def test_what_leaves_for_the_replay_says_nothing_of_anybody(centre: Centre) -> None:
    midnight = centre.works(chats=3, hours=0.1)
    acme = centre.elsewhere.organisation

    day = reading.read(acme, midnight, midnight + timedelta(days=1), seed=1)

    told = json.dumps(day.as_json())
    assert len(day.arrivals) == 3
    for word in ("Dora", "Secret", "Hidden", "Support", "Sales", "line", "Acme", "@"):
        assert word not in told


@pytest.mark.slow
def test_skills_are_asked_for_again(centre: Centre) -> None:
    """One of six speaks German, which less is asked for the longer somebody waits."""
    acme = centre.elsewhere.organisation
    german = Skill.objects.create(organisation=acme, name="German")
    AgentSkill.objects.create(agent=centre.agents[0], skill=german, level=3)
    for queue in acme.queues.all():
        asked = {"skill": german, "level": 3, "relax_seconds": 8}
        AskedSkill.objects.create(queue=queue, **asked)
    day = centre.works(chats=14, hours=0.15).date().isoformat()

    found = simulate(day, "--no-skills")

    really, replayed = found["really"]["total"], found["replayed"]["total"]
    [without] = (each["total"] for each in found["scenarios"])
    assert replayed["offered"] == really["offered"]
    assert replayed["asa_seconds"] == pytest.approx(really["asa_seconds"], abs=3)
    assert without["asa_seconds"] < replayed["asa_seconds"] - 5


@pytest.mark.slow
def test_who_was_promoted_since_worked_that_day(ada: Agent, centre: Centre) -> None:
    day = centre.works(chats=6, hours=0.1).date().isoformat()
    client = client_for(ada)
    for agent in centre.agents:
        path = f"{API}/agents/{agent.pk}/"
        email = f"agent-{agent.pk}@acme.example"
        answer = client.patch(path, {"role": "administrator", "email": email})
        assert answer.status_code == 200, answer.content

    found = simulate(day)

    really, replayed = found["really"]["total"], found["replayed"]["total"]
    assert really["answered"] > 0
    assert replayed["answered"] == really["answered"]


def test_who_takes_over_has_accepted_no_offer(
    alice: Agent,
    bob: Agent,
    sam: Agent,
    direct: EntryPoint,
    acme: Organisation,
    clockwork: Clockwork,
) -> None:
    midnight = clockwork.now.replace(hour=0, minute=0, second=0) + timedelta(days=1)
    clockwork.moves_to(midnight + timedelta(hours=12))
    chat = steps.offered(alice, direct)
    steps.go_available(bob)
    clockwork.passes(seconds=35)
    clockwork.moves(seconds=7)
    steps.accept(bob, chat)
    clockwork.moves(seconds=60)
    assert take_over(sam, chat).status_code == 200
    clockwork.moves(seconds=60)
    steps.end(sam, chat)
    clockwork.moves_to(midnight + timedelta(days=1, hours=8))

    really = simulate(midnight.date().isoformat())["really"]["total"]
    day = reading.read(acme, midnight, midnight + timedelta(days=1), seed=1)

    assert really["rona_rate"] == 0.5
    seen = {w.id: [(r.kind, r.seconds) for r in w.responses] for w in day.workers}
    assert seen[alice.pk] == [("misses", 35)]
    assert seen[bob.pk] == [("accepts", 7)]
    assert seen.get(sam.pk, []) == []


def came(queue: Queue, at: datetime) -> Contact:
    """Let a contact come to a queue that nobody serves, and give up."""
    contact = ContactFactory.create(
        organisation=queue.organisation, queue=queue, opened_at=at, ended=True
    )
    left = at + timedelta(seconds=40)
    QueueVisitFactory.create(contact=contact, left_at=left, outcome="abandoned")
    return contact


def test_a_day_on_which_the_clocks_change_has_its_own_length(
    acme: Organisation, support: Queue, clockwork: Clockwork
) -> None:
    acme.timezone = "Europe/Berlin"
    acme.save()
    came(support, datetime(2026, 3, 28, 22, 59, 30, tzinfo=UTC))
    came(support, datetime(2026, 3, 28, 23, 1, tzinfo=UTC))
    came(support, datetime(2026, 3, 29, 21, 59, tzinfo=UTC))
    came(support, datetime(2026, 3, 29, 22, 1, tzinfo=UTC))

    found = simulate("2026-03-29")

    assert found["since"] == "2026-03-29T00:00:00+01:00"
    assert found["until"] == "2026-03-30T00:00:00+02:00"
    for figures in (found["really"]["total"], found["replayed"]["total"]):
        # One of the evening before: it gave up on this day.
        assert (figures["offered"], figures["abandoned"]) == (2, 3)
        assert figures["service_level"] == 0
        assert figures["asa_seconds"] is None
        assert figures["longest_wait_seconds"] == 40


@pytest.fixture
def yesterday(support: Queue, clockwork: Clockwork) -> str:
    """A day on which somebody came, and nobody worked."""
    at = clockwork.now.astimezone(UTC) - timedelta(days=1)
    came(support, at)
    return at.date().isoformat()


def test_tables_are_printed_of_all_queues_and_of_each(yesterday: str) -> None:
    out = StringIO()

    call_command("simulate", "--organisation", "acme", "--day", yesterday, stdout=out)

    of_all, of_support = out.getvalue().strip().split("\n\n")
    titles = [table.split()[0] for table in (of_all, of_support)]
    assert titles == ["All", "Support"]
    assert "Longest wait" in of_all
    assert "Longest wait" in of_support
    assert "Occupancy" in of_all
    assert "Occupancy" not in of_support


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--agents", "Nobody:+1"], "There is no team “Nobody”."),
        (["--agents", "Front line:+0"], "how many agents more"),
        (["--agents", "Front line:two"], "--agents needs a whole number, not 'two'."),
        (["--agents", "Front line:+1"], "“Front line” 0 worked that day"),
        (["--agents", "Front line:-1"], "“Front line” 0 worked that day"),
        (["--slots", "6"], "less than or equal to 5"),
        (["--slots", "Nothing:1"], "There is no multimedia profile “Nothing”."),
        (["--acceptance", "0"], "greater than or equal to 1"),
        (["--threshold", "Gone:20"], "There is no queue “Gone”."),
        (["--group", "Support"], "--group needs QUEUE:TEAM:SECONDS, not Support."),
        (["--group", "Gone:Front line:5"], "There is no queue “Gone”."),
        (["--group", "Support:Front line:-5"], "greater than or equal to 0"),
    ],
)
@pytest.mark.telling
def test_settings_that_cannot_be_are_refused(
    front_line: Team, yesterday: str, options: list[str], sentence: str
) -> None:
    with pytest.raises(CommandError) as error:
        simulate(yesterday, *options)

    assert sentence in str(error.value)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("no", "cannot be read"),
        ("{}", 'must hold {"scenarios": [...]}'),
        ('[{"colour": 1}]', "“colour” is nothing that can be changed."),
        ("[1]", "A scenario is an object"),
        ("[{}, {}, {}, {}, {}, {}]", "at most 5 scenarios"),
        ('[{"agents": {"Front line": true}}]', "how many agents more"),
        ('[{"groups": [{"queue": "Support"}]}]', "A group has a queue"),
        ('[{"slots": "3"}]', "This must be a whole number."),
        ('[{"skills": 1}]', "Say true or false."),
    ],
)
@pytest.mark.telling
def test_a_file_that_cannot_be_is_refused(
    yesterday: str, tmp_path: Path, content: str, sentence: str
) -> None:
    path = tmp_path / "scenarios.json"
    path.write_text(content)

    with pytest.raises(CommandError) as error:
        simulate(yesterday, "--settings-file", str(path))

    assert sentence in str(error.value)


@pytest.mark.usefixtures("support")
def test_days_that_cannot_be_replayed_are_refused(
    yesterday: str, clockwork: Clockwork, monkeypatch: pytest.MonkeyPatch
) -> None:
    today = clockwork.now.astimezone(UTC).date()
    for day, sentence in (
        ("soon", "Give a day such as 2026-11-20."),
        (today.isoformat(), "Choose a day that is over"),
        ("9000-01-01", "Choose a day that is over"),
        ("1999-12-31", "from the year 2000 on"),
        ((today - timedelta(days=2)).isoformat(), "Nobody came to a queue"),
    ):
        with pytest.raises(CommandError) as error:
            simulate(day)
        assert sentence in str(error.value)

    monkeypatch.setattr(asking, "MOST_CONTACTS", 0)
    with pytest.raises(CommandError) as error:
        simulate(yesterday)
    assert "More than 0 contacts" in str(error.value)
    with pytest.raises(CommandError) as error:
        call_command("simulate", "--organisation", "nobody", "--day", yesterday)
    assert "no such organisation" in str(error.value)
