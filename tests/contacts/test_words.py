"""Words that programs read are of fixed lists, and the database knows them."""

from __future__ import annotations

import pytest
from django.db import IntegrityError

from contacts.models import Assignment, AssignmentOutcome, ContactEventCode
from tests import factories


@pytest.mark.django_db
def test_a_share_ends_by_a_known_outcome() -> None:
    share = factories.AssignmentFactory.create()
    assert share.outcome == ""

    for outcome in AssignmentOutcome:
        Assignment.objects.update(outcome=outcome)

    with pytest.raises(IntegrityError, match="contacts_assignment_outcome"):
        Assignment.objects.update(outcome="vanished")


@pytest.mark.django_db
def test_what_happened_is_one_of_the_known_events() -> None:
    contact = factories.ContactFactory.create()

    for code in ContactEventCode:
        factories.ContactEventFactory.create(contact=contact, code=code)

    with pytest.raises(IntegrityError, match="contacts_event_code"):
        factories.ContactEventFactory.create(contact=contact, code="vanished")
