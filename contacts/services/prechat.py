"""The form before a chat: what is asked there, and what was answered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from contacts.services import customers
from core import text
from core.errors import Invalid

if TYPE_CHECKING:
    from contacts.services.customers import Person
    from queues.models import EntryPoint

ADDRESS_FIELDS = ("name", "email", "phone")


def answers(entry_point: EntryPoint, person: Person) -> dict[str, str]:
    """Return what was answered in the form, {field: answer}, in its order."""
    given = person.attributes | {
        name: text.one_line(getattr(person, name)) for name in ADDRESS_FIELDS
    }
    names = [field["name"] for field in entry_point.prechat_fields]
    # A page may tell who the customer is without asking.
    names += [name for name in ADDRESS_FIELDS if name not in names]
    return {name: given[name] for name in names if given.get(name)}


def check(entry_point: EntryPoint, person: Person) -> None:
    """Refuse a missing required field, an unknown attribute, a wrong choice, a phone
    number that is none."""
    fields = {field["name"]: field for field in entry_point.prechat_fields}
    for name in person.attributes:
        if name not in fields or name in ADDRESS_FIELDS:
            raise Invalid(f"customer.attributes.{name}", "This field is not known.")
    for name, wanted in fields.items():
        _check_field(name, wanted, person, entry_point)


def _check_field(
    name: str, wanted: dict[str, Any], person: Person, entry_point: EntryPoint
) -> None:
    is_address = name in ADDRESS_FIELDS
    key = f"customer.{name}" if is_address else f"customer.attributes.{name}"
    value = getattr(person, name) if is_address else person.attributes.get(name, "")
    if not value or (wanted["type"] == "checkbox" and value == "false"):
        if wanted.get("required"):
            raise Invalid(key, f"“{wanted['label']}” is required.")
    elif wanted["type"] == "select" and value not in wanted["choices"]:
        raise Invalid(key, f"“{value}” is not a choice of “{wanted['label']}”.")
    elif wanted["type"] == "tel":
        country = entry_point.organisation.country
        customers.check_phone(value, country=country, field=key)
