"""What those who oversee say of conversations: reviews, one of each person about each
agent of a contact."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agents.models import Agent, AuditAction, Role
from agents.services import sensitive_data, trail
from contacts.services import shares
from core.errors import Invalid, WrongState
from reports.models import HIGHEST, LOWEST, Review, Score
from reports.reviewing import NotTheReviewer, unscored
from wrapup.services.wrapups import AlreadyDone

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime
    from uuid import UUID

    # By criterion: 1-5, None where it is not applicable.
    Marks = Mapping[int, int | None]


class ReviewedAlready(AlreadyDone):
    sentence = _("You have reviewed this conversation already. Change that review.")


class NoCriteria(WrongState):
    sentence = _("There is nothing to score by. An administrator sets up criteria.")


@transaction.atomic
def give(
    *,
    contact_id: UUID,
    agent: Agent,
    reviewer: Agent,
    marks: Marks,
    comment: str,
    now: datetime,
) -> tuple[Review, bool]:
    """Store a review; return it, and whether it is new: the same again answers the one
    stored before.

    Raise WrongState, ReviewedAlready, NoCriteria, Invalid, Dropped.
    """
    # Two at once wait for each other here.
    contact = shares.lock_contact(contact_id)
    if not contact.is_ended:
        raise WrongState(gettext("You can review the chat after it has ended."))
    stored = sensitive_data.storable(contact.organisation, comment)
    known = contact.reviews.filter(agent=agent, reviewer=reviewer).first()
    if known is not None:
        if _says(known, marks, stored):
            return known, False
        raise ReviewedAlready
    scores = _scored(contact.organisation_id, marks)
    review = Review.objects.create(
        organisation=contact.organisation,
        contact=contact,
        agent=agent,
        reviewer=reviewer,
        total=total_of(scores),
        comment=stored,
        masked=stored != comment,
        created_at=now,
    )
    for score in scores:
        score.review = review
    Score.objects.bulk_create(scores)
    _note(AuditAction.CREATED, review, {}, _said(review))
    return review, True


@transaction.atomic
def change(
    *,
    review: Review,
    by: Agent,
    now: datetime,
    marks: Marks | None = None,
    comment: str | None = None,
) -> Review:
    """Change one's own review: by the criteria it was given by, as they were then. The
    agent has it to read anew. None leaves as it is. Raise NotTheReviewer, Invalid,
    Dropped."""
    if review.reviewer_id != by.pk:
        raise NotTheReviewer
    # Of two at once, each is told in the trail as what it changed.
    review = Review.objects.select_for_update(of=("self",), no_key=True).get(
        pk=review.pk
    )
    before = _said(review)
    scores = list(review.scores.all())
    if marks is not None:
        _mark(scores, marks)
        review.total = total_of(scores)
    if comment is not None and comment != review.comment:
        review.comment = sensitive_data.storable(review.organisation, comment)
        review.masked = review.comment != comment
    after = _said(review, scores)
    if after == before:
        return review
    review.edited_at, review.read_at = now, None
    review.save(update_fields=["total", "comment", "masked", "edited_at", "read_at"])
    Score.objects.bulk_update(scores, ["value"])
    _note(AuditAction.CHANGED, review, before, after)
    return review


@transaction.atomic
def remove(*, review: Review, by: Agent) -> None:
    """Take a review away: its author may, and administrators. Raise NotTheReviewer."""
    if review.reviewer_id != by.pk and by.role != Role.ADMINISTRATOR:
        raise NotTheReviewer(
            gettext("Only who wrote a review, and administrators, can remove it.")
        )
    gone = Review.objects.select_for_update(of=("self",)).filter(pk=review.pk).first()
    if gone is not None:
        _note(AuditAction.DELETED, gone, _said(gone), {})
        gone.delete()


def mark_read(*, review: Review, by: Agent, now: datetime) -> None:
    """Note that the agent has read what is said of them; others' reading is not."""
    if review.agent_id == by.pk:
        # What was changed since it was shown stays unread.
        shown = Review.objects.filter(pk=review.pk, edited_at=review.edited_at)
        shown.filter(read_at=None).update(read_at=now)


def total_of(scores: Sequence[Score]) -> float:
    """Return the weighted mean of what was scored, rounded to hundredths. Raise
    Invalid where nothing was."""
    given = [(s.value, s.weight) for s in scores if s.value is not None]
    if not given:
        raise Invalid("scores", gettext("Score at least one criterion."))
    weights = sum(weight for _value, weight in given)
    return round(sum(value * weight for value, weight in given) / weights, 2)


def _scored(organisation_id: int, marks: Marks) -> list[Score]:
    scores = unscored(organisation_id)
    if not scores:
        raise NoCriteria
    _mark(scores, marks)
    return scores


def _mark(scores: Sequence[Score], marks: Marks) -> None:
    """Fill in the values. Raise Invalid."""
    if {score.criterion_id for score in scores} != marks.keys():
        sentence = gettext("Score each criterion of the form, and nothing else.")
        raise Invalid("scores", sentence)
    for score in scores:
        value = marks[score.criterion_id]
        if value is None and not score.is_optional:
            sentence = gettext("“%(name)s” is always scored.") % {"name": score.name}
            raise Invalid("scores", sentence)
        if value is not None and not LOWEST <= value <= HIGHEST:
            raise Invalid("scores", gettext("Scores are 1 to 5."))
        score.value = value


def _says(review: Review, marks: Marks, comment: str) -> bool:
    given = dict(review.scores.values_list("criterion", "value"))
    return review.comment == comment and given == dict(marks)


def _said(review: Review, scores: Sequence[Score] | None = None) -> dict[str, object]:
    """Return what the trail keeps of a review."""
    rows = review.scores.all() if scores is None else scores
    return {
        "contact": str(review.contact_id),
        "scores": {score.name: score.value for score in rows},
        "total": review.total,
        "comment": review.comment,
    }


def _note(
    action: AuditAction,
    review: Review,
    before: Mapping[str, object],
    after: Mapping[str, object],
) -> None:
    names = dict.fromkeys([*before, *after])
    pairs = {name: (before.get(name), after.get(name)) for name in names}
    changes = {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}
    trail.note(action, about=review, changes=changes)
