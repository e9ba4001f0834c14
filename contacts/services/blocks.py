"""Who may open no chat, and why; chats that are open go on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agents.services import configuration, trail
from agents.services.configuration import NotValid
from contacts.models import Block, BlockKind, Customer, Visitor
from core import addresses, secrets
from core.errors import DomainError

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from contacts.models import Contact


class Blocked(DomainError):
    code = "blocked"
    sentence = _("You cannot start a chat here at the moment.")


def refuse_if_blocked(
    organisation_id: int, address: str, customer: Customer | None, now: datetime
) -> None:
    """Raise Blocked for an address, or a customer who is known, that is blocked now."""
    networks = addresses.networks_around(address)
    who = Q(kind=BlockKind.ADDRESS, value__in=networks)
    if customer is not None:
        who |= Q(kind=BlockKind.VISITOR, value=str(customer.pk))
    blocks = Block.objects.filter(who, organisation=organisation_id)
    if blocks.filter(Q(ends_at=None) | Q(ends_at__gt=now)).exists():
        raise Blocked


def of_contact(contact: Contact, kind: str) -> str:
    """Return what is to be blocked where a contact's customer, or the address it came
    from, is. Raise NotValid where that is not known."""
    if kind == BlockKind.VISITOR:
        return str(contact.customer_id)
    if not contact.address:
        raise NotValid(
            {"kind": [gettext("It is not known from where this contact came.")]}
        )
    return contact.address


def check(
    block: Block,
    *,
    now: datetime,
    exclude: Collection[str] = (),
    is_new_end: bool = True,
) -> None:
    """Bring the value into its one shape. Raise NotValid with what is wrong."""
    if not {"kind", "value"} & set(exclude):
        block.value = _normal(block)
    configuration.check(block, exclude=exclude)
    if is_new_end and "ends_at" not in exclude and block.is_over(now):
        raise NotValid({"ends_at": [gettext("Give a time to come.")]})


@transaction.atomic
def save(
    block: Block, *, now: datetime, changed: Collection[str] | None = None
) -> Block:
    """Store the block, which is in force at once. Raise NotValid."""
    configuration.lock(block)
    check(block, now=now, is_new_end=changed is None or "ends_at" in changed)
    with trail.change_of(block):
        configuration.store(block, changed=changed)
    return block


def _normal(block: Block) -> str:
    if block.kind == BlockKind.ADDRESS:
        return _network(block.value)
    return str(_customer(block.value.strip(), block.organisation_id))


def _network(value: str) -> str:
    try:
        return addresses.blockable(value.strip())
    except ValueError as error:
        raise NotValid({"value": [str(error)]}) from error


def _customer(value: str, organisation_id: int) -> int:
    """Return the customer of this number, or of a browser that shows this token."""
    customers = Customer.objects.filter(organisation=organisation_id)
    if value.isascii() and value.isdigit() and len(value) <= len(str(2**62)):
        found = customers.filter(pk=int(value))
    else:
        browsers = Visitor.objects.filter(digest=secrets.digest(value))
        found = customers.filter(pk__in=browsers.values("customer"))
    pk = found.values_list("pk", flat=True).first()
    if pk is None:
        raise NotValid({"value": [gettext("There is no customer of this number.")]})
    return pk
