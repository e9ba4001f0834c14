"""Codes of which exactly one active one is the organisation's default (contract 3.2).

Choosing another moves the mark; deactivating or deleting the default moves it to the
first that remains, by name; the last active code cannot go. A code is an idle code
here, or a wrap-up code in the app above.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext

from agents.services import configuration, trail
from agents.services.configuration import LastActive, NotValid

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from django.db.models import Model

    Code = Any  # A model with organisation, name, is_default and is_active.
    Many = Mapping[str, Sequence[Model]]

MARK = "is_default"


def check(
    code: Code, *, exclude: Collection[str] = (), many: Many | None = None
) -> None:
    """Raise NotValid or LastActive where the code cannot be stored like this."""
    # Where the mark may be is decided here, not by the table's constraints.
    configuration.check(code, exclude={*exclude, MARK}, many=many)
    before = _stored(code)
    if before is None or not before.is_active:
        if code.is_default and not code.is_active:
            raise NotValid({MARK: [gettext("The default must be active.")]})
    elif not code.is_active:
        _refuse_if_last(code)
        if code.is_default and not before.is_default:
            raise NotValid({MARK: [gettext("The default must be active.")]})
    elif before.is_default and not code.is_default:
        raise NotValid({MARK: [gettext("Make another one the default instead.")]})


@transaction.atomic
def save(
    code: Code, *, changed: Collection[str] | None = None, many: Many | None = None
) -> None:
    """Store the code, and move the mark where that is due. Raise as `check` does."""
    configuration.lock(code)
    check(code, many=many)
    if not code.is_active:
        code.is_default = False
    if code.is_default:
        _take_mark_from_others(code)
    if changed is not None:
        changed = {*changed, MARK}
    with trail.change_of(code):
        configuration.store(code, changed=changed)
        for name, rows in (many or {}).items():
            getattr(code, name).set(rows)


def _take_mark_from_others(code: Code) -> None:
    for other in _others(code).filter(is_default=True):
        with trail.change_of(other):
            other.is_default = False
            other.save(update_fields=[MARK])


@transaction.atomic
def delete(code: Code) -> None:
    """Remove a code that nothing refers to. Raise LastActive, InUse."""
    configuration.lock(code)
    if code.is_active:
        _refuse_if_last(code)
    configuration.refuse_if_used(code)
    trail.note_deletion(code)
    code.delete()


def appoint(code: Code) -> Code | None:
    """Mark the first active code by name where the organisation has no default.

    Return it, or None where there was one. `code` names the kind and organisation.
    """
    codes = type(code).objects.filter(organisation=code.organisation_id)
    if codes.filter(is_default=True).exists():
        return None
    heir = codes.filter(is_active=True).order_by("name").first()
    if heir is not None:
        with trail.change_of(heir):
            heir.is_default = True
            heir.save(update_fields=[MARK])
    return heir


def _stored(code: Code) -> Code | None:
    """Return the code as the database has it."""
    if code._state.adding:
        return None
    return type(code).objects.get(pk=code.pk)


def _others(code: Code) -> Any:
    codes = type(code).objects.filter(organisation=code.organisation_id)
    return codes.exclude(pk=code.pk)


def _refuse_if_last(code: Code) -> None:
    if not _others(code).filter(is_active=True).exists():
        kind = code._meta.verbose_name
        raise LastActive(
            gettext("“%(code)s” is the last active %(kind)s. Add another one first.")
            % {"code": code, "kind": kind}
        )
