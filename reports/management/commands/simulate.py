"""What if: a past day with other settings, beside what really happened."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError

from agents.models import Organisation
from core.errors import DomainError
from queues.queries import queue_names
from reports.simulation import asking, comparing, running, words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from django.core.management.base import CommandParser

OFF = "off"  # in place of seconds: the team does not serve the queue


class Command(BaseCommand):
    help = (
        "Replay a past day with other settings: docs/what-if.md. Without any, the day "
        "as it was is replayed."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        add = parser.add_argument
        add("--organisation", required=True, help="its short name, such as acme")
        add("--day", required=True, help="in the organisation's zone: 2026-11-20")
        for option, form, what in (
            ("--agents", "TEAM:+2", "more or fewer agents of a team"),
            ("--slots", "[PROFILE:]3", "chats that an agent takes at once"),
            (
                "--group",
                "QUEUE:TEAM:60",
                f"after how many seconds a team joins, or {OFF}",
            ),
            ("--threshold", "[QUEUE:]30", "seconds of the service level"),
        ):
            add(option, action="append", default=[], metavar=form, help=what)
        add("--no-skills", action="store_true", help="nobody asks for skills")
        add("--acceptance", type=int, help="seconds to accept an offer")
        add("--settings-file", type=Path, help="scenarios side by side, as JSON")
        add("--seed", type=int, default=1, help="of what the day does not say")
        add("--json", action="store_true", help="print JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        organisation = Organisation.objects.filter(slug=options["organisation"]).first()
        if organisation is None:
            raise CommandError("There is no such organisation.")
        asked = _asked(options)
        try:
            start, end = asking.day_of(organisation, options["day"])
            scenarios = asking.scenarios(organisation, asked)
            found = comparing.compare(
                *(organisation, start, end, scenarios),
                seed=options["seed"],
                told=self._tell,
            )
        except DomainError as error:
            raise CommandError(error.detail) from error
        except running.Failed as error:
            raise CommandError(f"The replay failed: {error}") from error
        except running.Stopped as error:
            raise CommandError("The replay took too long.") from error
        if options["json"]:
            self.stdout.write(json.dumps({"asked": asked, **found}, indent=1))
            return
        self.stdout.write(_report(found, asked, queue_names(organisation.pk)))

    def _tell(self, share: float) -> bool:
        if sys.stderr.isatty():
            self.stderr.write(f"\r{share:4.0%}", ending="")
        return True


def _asked(options: Mapping[str, Any]) -> list[Any]:
    """Return the scenarios of the options, and of the file."""
    scenario: dict[str, Any] = {}
    if options["agents"]:
        scenario["agents"] = dict(_pair("--agents", each) for each in options["agents"])
    for name in ("slots", "threshold"):
        pairs = [_pair(f"--{name}", each) for each in options[name]]
        if len(pairs) == 1 and not pairs[0][0]:
            scenario[name] = pairs[0][1]
        elif pairs:
            scenario[name] = dict(pairs)
    if options["acceptance"] is not None:
        scenario["acceptance"] = options["acceptance"]
    if options["no_skills"]:
        scenario["skills"] = False
    if options["group"]:
        scenario["groups"] = [_group(each) for each in options["group"]]
    return [*([scenario] if scenario else []), *_of_file(options["settings_file"])]


def _pair(option: str, text: str) -> tuple[str, int]:
    name, _, number = text.rpartition(":")
    return name, _number(option, number)


def _group(text: str) -> dict[str, Any]:
    parts = text.rsplit(":", 2)
    if len(parts) != 3:  # noqa: PLR2004 - a queue, a team and seconds
        raise CommandError(f"--group needs QUEUE:TEAM:SECONDS, not {text}.")
    queue, team, seconds = parts
    after = None if seconds == OFF else _number("--group", seconds)
    return {"queue": queue, "team": team, "after_seconds": after}


def _number(option: str, text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise CommandError(f"{option} needs a whole number, not {text!r}.") from None


def _of_file(path: Path | None) -> list[Any]:
    if path is None:
        return []
    try:
        values = json.loads(path.read_text())
    except (OSError, ValueError) as error:
        raise CommandError(f"{path} cannot be read: {error}") from error
    scenarios = values.get("scenarios") if isinstance(values, dict) else values
    if not isinstance(scenarios, list):
        raise CommandError(f'{path} must hold {{"scenarios": [...]}}.')
    return scenarios


def _report(
    found: Mapping[str, Any], asked: Sequence[Any], names: Mapping[int, str]
) -> str:
    runs = [found["really"], found["replayed"], *found["scenarios"]]
    heads = ["really", "replayed", *(f"scenario {n + 1}" for n in range(len(asked)))]
    lines = [
        *(f"Scenario {n}: {words.title(each)}" for n, each in enumerate(asked, 1)),
        *_table("All queues", words.FIGURES, heads, [run["total"] for run in runs]),
    ]
    queues = sorted({int(queue) for run in runs for queue in run["queues"]})
    for queue in queues:
        rows = [run["queues"].get(str(queue), {}) for run in runs]
        lines += _table(names.get(queue, str(queue)), words.OF_QUEUE, heads, rows)
    pairs = zip(asked, found["scenarios"], strict=True)
    return "\n".join([*lines, "", *(words.outcome(*pair) for pair in pairs)])


def _table(
    title: str,
    figures: Sequence[words.Figure],
    heads: Sequence[str],
    runs: Sequence[Mapping[str, Any]],
) -> list[str]:
    lines = ["", f"{title:<26}" + "".join(f"{head:>14}" for head in heads)]
    for figure in figures:
        cells = [words.shown(figure, run.get(figure.name)) for run in runs]
        lines.append(f"{figure.label!s:<26}" + "".join(f"{cell:>14}" for cell in cells))
    return lines
