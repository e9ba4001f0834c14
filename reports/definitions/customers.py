"""The reports of assistants, ratings and contacts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from contacts.models import EndedReason, HandoverReason
from reports.answers import Column, Unit
from reports.definitions.report import Cutting, Report, number, ratio, sums_of, total
from reports.models import AssistantSums, ContactSums, RatingSums

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reports.counting.tally import Table
    from reports.definitions.report import Counted, Key, Sums

ENDS = [f"ended_{reason}" for reason in EndedReason.values]
HAND_OVERS = [f"by_{reason}" for reason in HandoverReason.values]
SCORES = range(1, 6)

ASSISTANTS = Report(
    subject="assistant",
    seen_by="queue",
    tables={AssistantSums: Cutting(("assistant",))},
    figures=(
        number(
            "entered", _("Entered"), _("Contacts that began with it."), AssistantSums
        ),
        number(
            "contained",
            _("Contained"),
            _("Contacts that ended with it; nobody had to wait."),
            AssistantSums,
        ),
        ratio(
            Column(
                "containment", _("Containment"), Unit.RATE, _("Contained / entered.")
            ),
            (AssistantSums,),
            sums_of("contained"),
            sums_of("entered"),
        ),
        total(
            "escalated",
            _("Handed over"),
            _("Contacts that it gave to people."),
            AssistantSums,
            sums_of(*HAND_OVERS),
        ),
        *(
            number(
                f"by_{reason}",
                reason.label,
                _("Handed over to people for this reason."),
                AssistantSums,
            )
            for reason in HandoverReason
        ),
        number(
            "misses", _("Misses"), _("Lines that it did not understand."), AssistantSums
        ),
    ),
)


def scored(
    table: Table, subject: Key, also: Key, sums: Sums
) -> Iterator[tuple[Key, Sums]]:
    """Yield ratings by their score, and other sums as they are."""
    if table is not RatingSums:
        yield subject, sums
        return
    [score] = also
    yield subject, {f"score_{score}": sums["ratings"]}


def _ratings(counted: Counted) -> int:
    return sum(counted.get(f"score_{score}", 0) for score in SCORES)


def _points(counted: Counted) -> int:
    return sum(score * counted.get(f"score_{score}", 0) for score in SCORES)


RATING = ratio(
    Column(
        "rating",
        _("Rating"),
        Unit.SCORE,
        _("Average of the customers' ratings, 1-5, each when it was given first."),
    ),
    (RatingSums,),
    _points,
    _ratings,
)
OF_RATINGS = Cutting(("agent",), also=("score",))

RATINGS = Report(
    subject="agent",
    seen_by="agent",
    tables={RatingSums: OF_RATINGS},
    shape=scored,
    figures=(
        total(
            "ratings",
            _("Ratings"),
            _("Contacts that were rated."),
            RatingSums,
            _ratings,
        ),
        RATING,
        *(
            number(
                f"score_{score}",
                str(score),
                _("Ratings of this score."),
                RatingSums,
            )
            for score in SCORES
        ),
    ),
)

CONTACTS = Report(
    subject="source",
    seen_by="queue",
    tables={ContactSums: Cutting(("channel", "entry_point", "origin"))},
    figures=(
        number("opened", _("Opened"), _("Contacts that began."), ContactSums),
        total(
            "ended",
            _("Over"),
            _("Contacts that ended."),
            ContactSums,
            sums_of(*ENDS),
        ),
        *(
            number(
                f"ended_{reason}",
                reason.label,
                _("Contacts that ended for this reason."),
                ContactSums,
            )
            for reason in EndedReason
        ),
        number(
            "masked_messages",
            _("Masked messages"),
            _("Lines in which something sensitive was hidden."),
            ContactSums,
        ),
        number(
            "dropped_messages",
            _("Refused messages"),
            _(
                "Lines that were not stored for something sensitive, of contacts that "
                "ended."
            ),
            ContactSums,
        ),
        number(
            "blocked_files",
            _("Blocked files"),
            _("Files that were stopped by their check."),
            ContactSums,
        ),
    ),
)
