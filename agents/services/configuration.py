"""Configuration: the rules every saved or deleted setting keeps, in one place.

The admin's forms and the REST API both come here. `check` says what is wrong with a
row, `save` stores it, `delete` removes it; services with rules of their own build on
them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agents.models import Audited, Organisation
from agents.services import sensitive_data, trail
from core import text
from core.errors import DomainError, Invalid
from core.folding import made_fields

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

Row = TypeVar("Row", bound=models.Model)

NAMES_SHOWN = 3


class NotValid(Invalid):
    """Values that cannot be stored: a sentence or more for each field."""

    def __init__(self, errors: dict[str, list[str]]) -> None:
        DomainError.__init__(self, next(iter(errors.values()))[0], errors=errors)


class InUse(DomainError):
    code = "in_use"
    sentence = _("This is in use and cannot be deleted.")


class LastActive(DomainError):
    code = "last_active"
    sentence = _("This is the last active one: there must always be one.")


def check(
    row: models.Model,
    *,
    exclude: Collection[str] = (),
    many: Mapping[str, Sequence[models.Model]] | None = None,
    own: int | None = None,
) -> None:
    """Raise NotValid with what is wrong with the row, leaving out some fields.

    `many` holds what its many-to-many fields are to be set to, `own` the id of the
    organisation of a row that does not name it.
    """
    errors: dict[str, list[str]] = {}
    own = organisation_of(row) if own is None else own
    for field, sentence in _mistakes(row, set(exclude), many or {}, own):
        errors.setdefault(field, []).append(sentence)
    if errors:
        raise NotValid(errors)


@transaction.atomic
def save(
    row: Row,
    *,
    changed: Collection[str] | None = None,
    many: Mapping[str, Sequence[models.Model]] | None = None,
) -> Row:
    """Store a valid row with its references. Raise NotValid.

    Of an existing row only the `changed` fields are written; None: all of them.
    """
    lock(row)
    check(row, many=many)
    with trail.change_of(row):
        store(row, changed=changed)
        for name, rows in (many or {}).items():
            getattr(row, name).set(rows)
    return row


@transaction.atomic
def delete(row: models.Model) -> None:
    """Remove what nothing refers to. Raise InUse."""
    lock(row)
    refuse_if_used(row)
    trail.note_deletion(row)
    row.delete()


def lock(row: models.Model) -> None:
    """Let changes of one organisation's configuration happen one after the other."""
    organisation_id = organisation_of(row)
    if organisation_id is not None:
        # Without the key: contacts that arrive need not wait for it.
        Organisation.objects.select_for_update(no_key=True).get(pk=organisation_id)


def differences(
    row: models.Model,
    *,
    changed: Collection[str] | None = None,
    many: Mapping[str, Sequence[models.Model]] | None = None,
) -> set[str]:
    """Return the settings in which the row differs from the stored one: of those that
    may have `changed` (None: of all), and of `many`. A new row differs in none.

    The organisation is locked, so that this is true until the row is saved.
    """
    lock(row)
    if row._state.adding:
        return set()
    stored = type(row)._default_manager.values().get(pk=row.pk)
    different = {
        field.name
        for field in row._meta.concrete_fields
        if stored[field.attname] != getattr(row, field.attname)
    }
    if changed is not None:
        different &= set(changed)
    return different | {
        name for name, rows in (many or {}).items() if _is_other(row, name, rows)
    }


def _is_other(row: models.Model, name: str, rows: Sequence[models.Model]) -> bool:
    stored = getattr(row, name).order_by().values_list("pk", flat=True)
    return set(stored) != {each.pk for each in rows}


def organisation_of(row: models.Model) -> int | None:
    """Return the id of the organisation the row belongs to."""
    if isinstance(row, Organisation):
        return row.pk
    found: int | None = getattr(row, "organisation_id", None)
    return found


def store(row: models.Model, *, changed: Collection[str] | None) -> None:
    """Write the row, without card numbers. Raise NotValid if another change has made it
    invalid meanwhile."""
    sensitive_data.hide_cards(row)
    try:
        with transaction.atomic():
            if row._state.adding:
                row.save(force_insert=True)
            elif changed is None:
                row.save(force_update=True)
            else:
                columns = {field.name for field in row._meta.concrete_fields}
                row.save(update_fields=columns & set(changed))
    except IntegrityError:
        check(row)
        raise


def refuse_if_used(row: models.Model) -> None:
    """Raise InUse, naming the rows that refer to this one and what to do instead."""
    users = list(_users(row))
    if users:
        raise InUse(
            gettext("“%(row)s” is used by %(users)s. %(way_out)s")
            % {"row": row, "users": "; ".join(users), "way_out": _way_out(row)}
        )


def _way_out(row: models.Model) -> str:
    if hasattr(row, "is_active"):
        return gettext("Deactivate it instead of deleting it.")
    return gettext("Choose another one there first.")


def _mistakes(
    row: models.Model,
    wrong: set[str],
    many: Mapping[str, Sequence[models.Model]],
    own: int | None,
) -> Iterator[tuple[str, str]]:
    try:
        row.full_clean(exclude=wrong, validate_constraints=False)
    except ValidationError as error:
        for field, sentences in error.message_dict.items():
            wrong.add(field)
            yield from ((field, sentence) for sentence in sentences)
    for field, sentence in _unseen(row, wrong):
        wrong.add(field)
        yield field, sentence
    for field, sentence in _broken_constraints(row, wrong):
        wrong.add(field)
        yield field, sentence
    yield from _foreign(row, wrong, many, own)
    yield from _sensitive(row, wrong)


def _unseen(row: models.Model, wrong: set[str]) -> Iterator[tuple[str, str]]:
    """Yield names and texts of which nobody sees anything, and e-mail addresses with
    characters that nobody sees."""
    for field in row._meta.concrete_fields:
        value = getattr(row, field.attname)
        if field.name in wrong or not isinstance(value, str) or not value:
            continue
        if isinstance(field, models.EmailField) and not all(map(text.is_seen, value)):
            yield field.name, gettext("Enter a valid email address.")
        elif not field.blank and text.is_blank(value):
            yield field.name, gettext("This field cannot be blank.")


def _broken_constraints(
    row: models.Model, wrong: set[str]
) -> Iterator[tuple[str, str]]:
    # What is made of others is wrong where they are.
    made = {field.name: field.of for field in made_fields(type(row))}
    wrong = wrong | {name for name, of in made.items() if wrong & {*of}}
    for constraint in row._meta.constraints:
        try:
            constraint.validate(type(row), row, exclude=wrong)
        except ValidationError as error:
            # What must be unique in an organisation is wrong at the last field.
            fields = getattr(constraint, "fields", ()) or (NON_FIELD_ERRORS,)
            name, *_ = made.get(fields[-1], fields[-1:])
            yield name, " ".join(error.messages)


def _sensitive(row: models.Model, wrong: set[str]) -> Iterator[tuple[str, str]]:
    """Yield the fields with a card number, where the organisation has such texts
    dropped."""
    names = [n for n in sensitive_data.fields_with_cards(row) if n not in wrong]
    if not names:
        return
    organisation = Organisation.objects.filter(pk=organisation_of(row) or 0).first()
    if organisation is not None and sensitive_data.drops(organisation):
        yield from ((name, gettext("Leave the card number out.")) for name in names)


def _foreign(
    row: models.Model,
    wrong: set[str],
    many: Mapping[str, Sequence[models.Model]],
    own: int | None,
) -> Iterator[tuple[str, str]]:
    """Yield the fields that point into another organisation."""
    for field in row._meta.concrete_fields:
        other = field.related_model
        if field.name in wrong or other is None:
            continue
        target = getattr(row, field.name)
        if target is not None and getattr(target, "organisation_id", own) != own:
            yield field.name, gettext("This one does not exist in the organisation.")
    for name, targets in many.items():
        if any(organisation_of(target) != own for target in targets):
            yield name, gettext("One of these does not exist in the organisation.")


def _users(row: models.Model) -> Iterator[str]:
    """Yield in words who refers to the row; its own parts do not count."""
    relations = row._meta.related_objects
    links = [getattr(relation, "through", None) for relation in relations]
    for relation in relations:
        counts = relation.many_to_many or relation.on_delete is models.PROTECT
        if counts and relation.related_model not in links:
            yield from _named(relation, row)


def _named(relation: Any, row: models.Model) -> Iterator[str]:
    model = relation.related_model
    users = model._default_manager.filter(**{relation.field.name: row}).distinct()
    first = list(users[: NAMES_SHOWN + 1])
    if not first:
        return
    one = len(first) == 1
    words = str(model._meta.verbose_name if one else model._meta.verbose_name_plural)
    shown = first[:NAMES_SHOWN]
    named = [u.named_by() if isinstance(u, Audited) else u for u in shown]
    if hasattr(named[0], "name") or hasattr(named[0], "display_name"):
        names = ", ".join(map(str, named))
        if len(first) > NAMES_SHOWN:
            names = gettext("%(names)s and others") % {"names": names}
        words += f" {names}"
    yield words
