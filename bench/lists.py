"""Measures lists over years of chats: `python -m bench.lists`.

It makes its own database with a million contacts and ten million lines, asks for every
long list as an agent, a supervisor and an administrator would, page by page, and cleans
up. See docs/performance.md.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench.figures import percentile
from bench.services import POSTGRESQL, running

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from bench.archive import Archive

MANY, QUICK = 1_000_000, 50_000  # contacts
TIMES = 20  # a list is asked for
LIMIT = 200  # ms, p95

Row = dict[str, Any]


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.lists", description=__doc__)
    parser.add_argument("--contacts", type=int, default=MANY)
    parser.add_argument("--quick", action="store_true", help=f"{QUICK:,} contacts")
    parser.add_argument("--only", default="", help="lists with this in their address")
    parser.add_argument("--json", type=Path, help="write all figures to this file")
    options = parser.parse_args()
    with running(POSTGRESQL):
        rows = _measure(QUICK if options.quick else options.contacts, options.only)
    sys.stdout.write(_table(rows))
    if options.json:
        options.json.write_text(json.dumps(rows, indent=2))
    return 0


def _measure(contacts: int, only: str) -> list[Row]:
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    from bench import archive

    call_command("migrate", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)
    began = time.monotonic()
    made = archive.make(contacts)
    _say(f"{contacts:,} contacts were made in {time.monotonic() - began:.0f} s")
    rows = [
        _timed(who, address, ask)
        for who, address, ask in _asked(made)
        if only in address
    ]
    rows += _timed_work(made) if not only else []
    connection.close()
    return rows


def _asked(made: Archive) -> Iterator[tuple[str, str, Callable[[], Any]]]:
    """Yield who asks for which address, and how."""
    from django.test import Client, override_settings

    name, pages = made.name, made.organisation.contacts.count() // 50
    contact, agent = made.contact.pk, made.agent.pk
    contacts = [
        *("", "?page=20", "?state=ended", "?since=2020-01-01T00:00:00Z"),
        *(f"?q={name}", "?q=ba", "?q=c7@example.org", "?q=nobody"),
        *(f"?customer={made.contact.customer_id}", f"?agent={agent}&page=20"),
    ]
    deep = [f"?page={pages // 2}", f"?page={pages}"]
    one = ["", "history/", "messages/", "transcript/"]
    record = ["", "?p=100", "?q=nobody"]
    asked = {
        (made.agent, "/api/v1/contacts/"): contacts,
        (made.supervisor, "/api/v1/contacts/"): [*contacts, *deep],
        (made.supervisor, f"/api/v1/contacts/{contact}/"): one,
        (made.administrator, "/api/v1/audit/"): ["", "?page=100", "?action=changed"],
        (made.administrator, "/admin/"): [""],
        (made.administrator, f"/admin/contacts/contact/{contact}/change/"): [""],
        (made.administrator, "/admin/contacts/contact/"): [
            *(*record, f"?p={pages}", f"?q={name}", "?q=ba", "?o=2", "?o=6"),
            *("?today=answered", "?rating=5", "?state__exact=ended"),
        ],
        (made.administrator, "/admin/contacts/customer/"): [*record, "?q=ba", "?o=2"],
        (made.administrator, "/admin/agents/statelog/"): [
            *record,
            f"?agent__id__exact={agent}",
        ],
        (made.administrator, "/admin/agents/auditentry/"): record,
    }
    with override_settings(ALLOWED_HOSTS=["*"]):
        for (who, path), ends in asked.items():
            client = Client()
            client.force_login(who)
            for end in ends:
                yield who.role, path + end, _get(client, path + end)


def _get(client: Any, address: str) -> Callable[[], Any]:
    return lambda: client.get(address)


def _timed(who: str, address: str, ask: Callable[[], Any]) -> Row:
    """Ask again and again; return the times in milliseconds."""
    ask()  # pages are compiled once
    found = []
    for _ in range(TIMES):
        began = time.monotonic()
        answer = ask()
        found.append((time.monotonic() - began) * 1000)
        if found[-1] > LIMIT * 20 and len(found) > 1:
            break
    found.sort()
    status = getattr(answer, "status_code", "")
    row = {
        "who": who,
        "what": address,
        "status": status,
        "p50": percentile(found, 50),
        "p95": percentile(found, 95),
    }
    _say(f"{who} {address} {status} {row['p50']:.0f} {row['p95']:.0f}")
    return row


def _timed_work(made: Archive) -> list[Row]:
    """Return the times of the timers, of a decision and of the floor among so much.

    Nobody is there to take an offer: a decision looks for somebody, and finds nobody.
    """
    from contacts.services import router
    from core import clock
    from supervision import survey
    from wrapup import tasks

    owner = made.organisation.pk
    works: dict[str, Callable[[], Any]] = {
        "all timers once": tasks.sweep,
        "a look for an agent": lambda: router.route(
            organisation_id=owner, now=clock.now()
        ),
        "the figures of the floor": lambda: survey.counted(
            made.organisation, now=clock.now()
        ),
    }
    return [_timed("system", what, work) for what, work in works.items()]


def _table(rows: list[Row]) -> str:
    lines = ["| who | list | p50, ms | p95, ms |", "| --- | --- | ---: | ---: |"]
    lines += [
        f"| {row['who']} | {row['what']} | {row['p50']:.0f} | {row['p95']:.0f} |"
        for row in rows
    ]
    return "\n".join(lines) + "\n"


def _say(line: str) -> None:
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()


if __name__ == "__main__":
    sys.exit(main())
