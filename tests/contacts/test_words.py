"""Words that programs read are of fixed lists, and the database knows them."""

from __future__ import annotations

import pytest
from django.db import IntegrityError

from contacts.models import Assignment, AssignmentOutcome
from tests import factories


@pytest.mark.django_db
def test_a_share_ends_by_a_known_outcome() -> None:
    share = factories.AssignmentFactory.create()
    assert share.outcome == ""

    for outcome in AssignmentOutcome:
        Assignment.objects.update(outcome=outcome)

    with pytest.raises(IntegrityError, match="contacts_assignment_outcome"):
        Assignment.objects.update(outcome="vanished")
