"""The form before a chat: what is asked there, and what was answered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext

from contacts.services import customers
from core import text
from core.errors import Invalid
from queues.models import ADDRESS_FIELDS, QUEUE_FIELD
from queues.queries import offered_queues

if TYPE_CHECKING:
    from contacts.services.customers import Person
    from queues.models import EntryPoint, Queue


def answers(entry_point: EntryPoint, person: Person) -> dict[str, str]:
    """Return what was answered in the form, {field: answer}, in its order."""
    given = person.attributes | {
        name: text.one_line(getattr(person, name)) for name in ADDRESS_FIELDS
    }
    names = [field["name"] for field in entry_point.prechat_fields]
    # A page may tell who the customer is without asking.
    names += [name for name in ADDRESS_FIELDS if name not in names]
    return {name: given[name] for name in names if given.get(name)}


def questions(entry_point: EntryPoint) -> list[dict[str, Any]]:
    """Return what the form asks, as its page shows it: a queue by its name. Where none
    is there to choose, it is not asked for."""
    offered = [queue.name for queue in offered_queues(entry_point)]
    asked = []
    for field in entry_point.prechat_fields:
        if field["type"] != QUEUE_FIELD:
            asked.append(field)
        elif offered:
            asked.append({**field, "choices": offered})
    return asked


def chosen_queue(entry_point: EntryPoint, person: Person) -> Queue | None:
    """Return the queue that the customer has chosen by its name; None where none was.
    Raise Invalid for one that is not offered."""
    field = entry_point.queue_field
    answer = person.attributes.get(field["name"], "") if field else ""
    if field is None or not answer:
        return None
    for queue in offered_queues(entry_point):
        if queue.name == answer:
            return queue
    raise _no_choice(f"customer.attributes.{field['name']}", answer, field)


def check(entry_point: EntryPoint, person: Person, *, consents: bool) -> None:
    """Refuse a missing required field, an unknown attribute, a wrong choice, a phone
    number that is none, and who does not agree to what the entry point asks for. The
    queue, `chosen_queue` looks at."""
    fields = {field["name"]: field for field in questions(entry_point)}
    for name in person.attributes:
        if name not in fields or name in ADDRESS_FIELDS:
            raise Invalid(
                f"customer.attributes.{name}", gettext("This field is not known.")
            )
    for name, wanted in fields.items():
        _check_field(name, wanted, person, entry_point)
    if entry_point.consent_text and not consents:
        raise Invalid("consent", gettext("Please agree to this first."))


def _check_field(
    name: str, wanted: dict[str, Any], person: Person, entry_point: EntryPoint
) -> None:
    is_address = name in ADDRESS_FIELDS
    key = f"customer.{name}" if is_address else f"customer.attributes.{name}"
    value = getattr(person, name) if is_address else person.attributes.get(name, "")
    if not value or (wanted["type"] == "checkbox" and value == "false"):
        if wanted.get("required"):
            raise Invalid(
                key, gettext("“%(label)s” is required.") % {"label": wanted["label"]}
            )
    elif wanted["type"] == "select" and value not in wanted["choices"]:
        raise _no_choice(key, value, wanted)
    elif wanted["type"] == "tel":
        country = entry_point.organisation.country
        customers.check_phone(value, country=country, field=key)


def _no_choice(key: str, value: str, field: dict[str, Any]) -> Invalid:
    return Invalid(
        key,
        gettext("“%(value)s” is not a choice of “%(label)s”.")
        % {"value": value, "label": field["label"]},
    )
