"""Measures what masking finds, what it keeps and how long it takes:
`python -m bench.masking`.

See docs/performance.md.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench import corpora
from screening.characters import copy_of
from screening.texts import DETECTORS, card_numbers, screen

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

MOST_FALSE = 0.001  # of the near misses
HOSTILE = {
    "one digit": "4" * 8000,
    "one digit, spaced": "4 " * 4000,
    "groups of four": "4111 " * 1600,
    "many numbers": "4111 1111 1111 1111 " * 400,
    "many numbers in a row": "4111111111111111" * 500,
    "no number twenty times over": "12345678901234567890 " * 380,
    "groups that change": "1 22 " * 1600,
    "marks that change": "4-4 5/" * 1333,
    "account numbers": "DE89370400440532013000 " * 347,
    "telephone numbers": "+123456789012345 " * 470,
    "marks alone": "4........" * 888,
    "not seen": "4\u200b" * 4000,
    "other digits": "\u0664" * 8000,
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the bench. Return the exit code: 0 if it is all right but for the times."""
    options = _parser().parse_args(arguments)
    report = {
        "recall": recall(options.seed, options.rounds),
        "near misses": near_misses(options.seed, options.texts),
        "kept": {
            name: masked(corpora.kept(name, options.seed, options.texts))
            for name in corpora.KEPT
        },
        "times": dict(_times()),
    }
    sys.stdout.write(json.dumps(report, indent=1) + "\n")
    if options.json:
        options.json.write_text(json.dumps(report, indent=1))
    return 0 if is_right(report) else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="bench.masking", description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=5, help="of all brands")
    parser.add_argument("--texts", type=int, default=30_000, help="of each other kind")
    parser.add_argument("--json", type=Path, help="a file for the report")
    return parser


def recall(seed: int, rounds: int) -> dict[str, Any]:
    """Return how many cards were in the texts, and the kinds of those not found."""
    every, missed = Counter[str](), Counter[str]()
    for sample in corpora.cards(seed, rounds):
        every[sample.kind] += 1
        missed[sample.kind] += not is_hidden(sample)
    return {
        "texts": every.total(),
        "kinds": len(every),
        "missed": {kind: number for kind, number in missed.items() if number},
    }


def is_hidden(sample: corpora.Sample) -> bool:
    """Whether the number is nowhere in what is left of a text but for its end."""
    left = "".join(c for c in copy_of(screen(sample.text).text).plain if c.isdigit())
    return sample.digits[:-4] not in left


def near_misses(seed: int, number: int) -> float:
    """Return the share of what fails by range, length or check, yet was masked."""
    return masked(corpora.near_misses(seed, number)) / number


def masked(texts: Iterable[str]) -> int:
    return sum(bool(card_numbers(text)) for text in texts)


def _times() -> Iterator[tuple[str, float]]:
    """Give the best time of a text, in microseconds."""
    chance = random.Random(1)  # noqa: S311 - no secret
    hostile = {**HOSTILE, "digits": "".join(chance.choices("0123456789", k=8000))}
    for name, text in ordinary().items():
        yield name, _best(text, 300)
        yield f"{name}, optional detectors, too", _best(text, 300, DETECTORS[:-1])
    for name, text in hostile.items():
        yield f"8,000 characters: {name}", _best(text, 5)


def ordinary() -> dict[str, str]:
    """Return texts of 200 characters as people write them."""
    with_digits = (
        "My order 1234567 of 2026-11-28 10:15 has not come. Phone +49 170 1234567."
    )
    return {
        "words": ("Hello, I would like to know where my order is. " * 5)[:200],
        "numbers": (with_digits * 3)[:200],
        "Cyrillic": ("Где заказ 1234567? Мой телефон 495 123-45-67 " * 5)[:200],
        "emoji": ("Thanks a lot \U0001f600 for order 1234567! " * 6)[:200],
    }


def _best(text: str, repeats: int, detectors: Sequence[str] = DETECTORS[:1]) -> float:
    times = []
    for _ in range(repeats):
        begin = time.thread_time()
        screen(text, detectors=detectors)
        times.append(time.thread_time() - begin)
    return round(min(times) * 1e6, 1)


def is_right(report: dict[str, Any]) -> bool:
    return (
        not report["recall"]["missed"]
        and report["near misses"] < MOST_FALSE
        and not any(report["kept"].values())
    )


if __name__ == "__main__":
    sys.exit(main())
