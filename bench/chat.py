"""Compares the product with two relays that store nothing: `python -m bench.chat`.

See docs/performance.md.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from bench import services


def main(arguments: list[str] | None = None) -> int:
    """Run the bench. Return the exit code: 0 if the product had no faults."""
    options = _parser().parse_args(arguments)
    with services.running(options.database) as folder:
        import django

        django.setup()
        from bench import rounds

        results = rounds.all_rounds(options, folder)
    sys.stdout.write(f"\n{results.table()}\n")
    if options.json:
        report = {
            "options": {k: str(v) for k, v in vars(options).items()},
            "ratios": results.ratios(),
            "faults": results.faults,
            "rounds": results.rounds,
        }
        options.json.write_text(json.dumps(report, indent=1))
    return int(any(results.faults["product"].values()))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench.chat", description=__doc__)
    add = parser.add_argument
    add(
        "--database",
        choices=[services.POSTGRESQL, services.SQLITE],
        default=services.POSTGRESQL,
    )
    add("--chats", type=int, default=50, help="open at once")
    add("--rounds", type=int, default=5, help="each meets every server once")
    add("--seconds", type=float, default=5, help="of a measured window")
    add("--warm-up", type=float, default=2, help="seconds before it")
    add("--messages", type=int, default=100_000, help="at most, in a window")
    add(
        "--rate",
        type=float,
        default=1,
        help="messages/s of a chat; 0: closed loop only",
    )
    add(
        "--idle",
        type=int,
        default=200,
        help="sockets to set up and leave idle; 0: none",
    )
    add("--web", type=int, default=1, help="web processes of the product")
    add("--only", choices=["product", "T", "F"], action="append", help="for profiling")
    add("--json", type=Path, help="write all figures to this file")
    return parser


if __name__ == "__main__":
    sys.exit(main())
