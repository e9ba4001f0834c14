"""Customers: found again, made, changed."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any, cast

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agents.models import AuditAction
from agents.services import sensitive_data, trail
from contacts import events
from contacts.models import (
    LIVE_STATES,
    Assignment,
    AssignmentOutcome,
    AssignmentState,
    Customer,
    Visitor,
)
from core import phones, secrets, text
from core.errors import Invalid, WrongState

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from agents.models import Agent, Organisation

DETAILS = ("name", "email", "phone")
NO_NUMBER = _(
    "This is not a phone number we can call: check its digits, and begin "
    "a foreign one with + and the code of its country."
)
NOTED_EVERY = timedelta(days=1)  # that a browser was used


@dataclass(frozen=True)
class Person:
    """What somebody says of themselves before the chat."""

    name: str = ""
    email: str = ""
    phone: str = ""
    attributes: dict[str, str] = field(default_factory=dict)


def storable(organisation: Organisation, person: Person) -> Person:
    """Return a person as they may be stored, without card numbers and what else the
    organisation looks for; addresses are kept. Raise Dropped."""
    return Person(
        name=sensitive_data.storable(organisation, person.name),
        email=sensitive_data.storable_address(organisation, person.email),
        phone=sensitive_data.storable_address(organisation, person.phone),
        attributes=sensitive_data.storable_values(organisation, person.attributes),
    )


@transaction.atomic
def recognise(
    *,
    organisation: Organisation,
    person: Person,
    visitor: str,
    claims: Mapping[str, str] | None,
    now: datetime,
) -> tuple[Customer, str]:
    """Return the customer, and the visitor token for the browser to keep.

    Only signed `claims` or a known visitor token lead to an existing customer.
    """
    if claims is not None:
        # A browser alone never leads to somebody who has signed in.
        customer = _signed_in(organisation, person, claims, now)
        return customer, visitor or secrets.make()
    known = _visited(organisation.pk, visitor, now)
    if known is not None:
        return known, visitor
    customer = make(organisation=organisation, person=person, now=now)
    return customer, _new_visitor(customer, now)


def visitor_of(customer: Customer, *, visitor: str, now: datetime) -> str:
    """Return the visitor token for the browser of a customer: the one it has, if it
    leads there, else a new one."""
    if customer.is_verified:
        return visitor or secrets.make()
    if visitor and customer.visitors.filter(digest=secrets.digest(visitor)).exists():
        return visitor
    return _new_visitor(customer, now)


def _new_visitor(customer: Customer, now: datetime) -> str:
    visitor = secrets.make()
    Visitor.objects.create(
        customer=customer, digest=secrets.digest(visitor), used_at=now
    )
    return visitor


def _visited(organisation_id: int, visitor: str, now: datetime) -> Customer | None:
    """Return the customer of the browser; an unknown or old token is ignored. One who
    had signed in is not reached by a browser alone."""
    if not visitor:
        return None
    browsers = Visitor.objects.select_related("customer").filter(
        digest=secrets.digest(visitor),
        used_at__gt=now - Visitor.KEPT,
        customer__organisation=organisation_id,
        customer__subject="",
    )
    browser = browsers.first()
    if browser is None:
        return None
    if browser.used_at < now - NOTED_EVERY:
        Visitor.objects.filter(pk=browser.pk).update(used_at=now)
    return browser.customer


def _signed_in(
    organisation: Organisation, person: Person, claims: Mapping[str, str], now: datetime
) -> Customer:
    # What was typed stays with the chat: only what is signed is verified.
    signed = Person(
        name=claims.get("name", ""),
        email=claims.get("email", ""),
        phone=claims.get("phone", ""),
        attributes=person.attributes,
    )
    customer, _ = Customer.objects.get_or_create(
        organisation=organisation,
        subject=claims["sub"],
        defaults=_values(storable(organisation, signed)) | {"created_at": now},
    )
    return customer


@transaction.atomic
def make(*, organisation: Organisation, person: Person, now: datetime) -> Customer:
    """Store a new customer. Raise Dropped."""
    values = _values(storable(organisation, person))
    return Customer.objects.create(organisation=organisation, created_at=now, **values)


def known_or_new(
    *, organisation: Organisation, customer: int | Person, now: datetime
) -> Customer:
    """Return the customer of this id, or a new one. Raise Invalid, Dropped."""
    if isinstance(customer, Person):
        return make(organisation=organisation, person=customer, now=now)
    known = Customer.objects.filter(pk=customer, organisation=organisation).first()
    if known is None:
        raise Invalid("customer", gettext("This customer does not exist."))
    return known


@transaction.atomic
def change(*, share: Assignment, **fields: Any) -> Customer:
    """Change what is known of the customer one talks with: name, email, phone, and
    the attributes, all of them at once.

    Raises Invalid for a new number that nobody can call, WrongState after the
    conversation, Dropped.
    """
    customers = Customer.objects.select_related("organisation")
    customer = customers.select_for_update(of=("self",)).get(
        pk=share.contact.customer_id
    )
    phone = text.one_line(fields.get("phone", ""))
    if phone and phone != customer.phone:
        check_phone(phone, country=customer.organisation.country, field="phone")
    if share.state != AssignmentState.CONNECTED:
        raise WrongState(
            gettext("The conversation is over; the customer can only be read.")
        )
    values = _values(_with(customer, fields))
    _note_change(customer, values, by=share.agent)
    for name, value in values.items():
        setattr(customer, name, value)
    customer.save(update_fields=list(values))
    _show(customer)
    return customer


def _with(customer: Customer, fields: dict[str, Any]) -> Person:
    """Return the customer with what was given. Raise Dropped for that alone: what
    stands there already was screened when it came."""
    known = Person(customer.name, customer.email, customer.phone, customer.attributes)
    details = {name: value for name, value in fields.items() if name in DETAILS}
    given = storable(customer.organisation, Person(**details))
    changed: dict[str, Any] = {name: getattr(given, name) for name in details}
    if "attributes" in fields:
        changed["attributes"] = _attributes(customer, fields["attributes"])
    return replace(known, **changed)


def _attributes(customer: Customer, given: Mapping[str, str]) -> dict[str, str]:
    """Return the attributes as they may be stored, names and texts. Raise Dropped,
    Invalid where two names are the same without what was hidden in them."""

    def storable(text: str) -> str:
        return sensitive_data.storable(customer.organisation, text)

    known = customer.attributes
    kept = {
        name if name in known else storable(name): (
            value if known.get(name) == value else storable(value)
        )
        for name, value in given.items()
    }
    if len(kept) < len(given):
        raise Invalid("attributes", gettext("The same name is there twice."))
    return kept


def check_phone(phone: str, *, country: str, field: str) -> None:
    """Raise Invalid for what is no phone number, read in the organisation's country."""
    if not phones.can_be_called(phone, country):
        raise Invalid(field, NO_NUMBER)


def _note_change(customer: Customer, values: dict[str, object], *, by: Agent) -> None:
    """Write down what becomes of details that the company's own site has signed."""
    pairs = {name: (getattr(customer, name), values[name]) for name in DETAILS}
    before, after = customer.attributes, cast("dict[str, str]", values["attributes"])
    for name in [*before, *(name for name in after if name not in before)]:
        pairs[f"attributes.{name}"] = before.get(name), after.get(name)
    changes = {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}
    if customer.is_verified and changes:
        trail.note(AuditAction.CHANGED, about=customer, by=by, changes=changes)


def _show(customer: Customer) -> None:
    """Tell everybody who has a card of the customer's contacts what it says now."""
    live = Assignment.objects.filter(contact=OuterRef("pk"), state__in=LIVE_STATES)
    contacts = customer.contacts.filter(Exists(live)).select_for_update(no_key=True)
    events.contact(*contacts.order_by("pk").values_list("pk", flat=True))
    given_away = Assignment.objects.filter(
        state=AssignmentState.WRAPUP,
        outcome=AssignmentOutcome.TRANSFER,
        contact__customer=customer,
    )
    for share_id in given_away.values_list("pk", flat=True):
        events.own_card(share_id)


def _values(person: Person) -> dict[str, object]:
    """Return the columns, as they are shown."""
    return {
        "name": text.one_line(person.name),
        "email": person.email,
        "phone": text.one_line(person.phone),
        "attributes": person.attributes,
    }
