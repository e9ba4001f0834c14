"""The audit trail: what was done is written down, in the transaction of the act.

Services write here, so that every door is covered: pages, REST, files, bulk actions.
Who acts, and from where, `agents.acting` knows.
"""

from __future__ import annotations

import re
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

from agents import acting
from agents.models import Agent, AuditAction, Audited, AuditEntry, Organisation
from agents.services import trail_values
from core import clock, text
from core.wording import english
from screening import texts

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from django.db.models import Model

    Changes = Mapping[str, tuple[Any, Any]]

MAX_NAME = 250  # characters, of names, kinds and reasons
MAX_ADDRESS = 64
# Kinds that are called otherwise than their tables.
KINDS = {"access_token": "token"}


class Thing(NamedTuple):
    """What an act is about, as it is called at that moment."""

    kind: str
    key: str
    name: str
    organisation_id: int | None = None


def note(
    action: AuditAction,
    *,
    about: Model | Thing | None = None,
    by: Agent | acting.Doer | None = None,
    changes: Changes | None = None,
    reason: str = "",
) -> AuditEntry:
    """Write one line. `by`: who did it, where it is not who acts now.

    The organisation is that of what it is about, else of who did it.
    """
    doer = _doer(by)
    what = about if about is None or isinstance(about, Thing) else thing(about)
    kind, key, name, own = what or Thing("", "", "")
    return AuditEntry.objects.create(
        organisation_id=own or _organisation_of(doer.agent),
        at=clock.now(),
        action=action,
        actor=doer.agent,
        actor_name=_line(doer.name),
        address=_line(doer.address, MAX_ADDRESS),
        kind=kind,
        object_id=key,
        object_name=_line(name),
        changes=trail_values.kept(changes or {}),
        reason=_line(reason),
    )


def thing(row: Model) -> Thing:
    return Thing(kind_of(type(row)), str(row.pk), english(row), _organisation_of(row))


@contextmanager
def change_of(row: Model, *, parts: bool = True) -> Iterator[None]:
    """Write down what is made of a setting in here: created, or changed from what to
    what. Nothing, where it stays as it was.

    `parts`: whether what stands in other tables may change, too; else it is not read.
    """
    if _is_private(row):
        yield
        return
    is_new = row._state.adding
    before = {} if is_new else trail_values.of(row, parts=parts)
    yield
    changes = trail_values.differences(before, trail_values.of(row, parts=parts))
    if is_new or changes:
        action = AuditAction.CREATED if is_new else AuditAction.CHANGED
        note(action, about=row, changes=trail_values.shown(row, changes))


def note_deletion(row: Model) -> None:
    """Write down that a setting goes, and what it said; before it does."""
    if _is_private(row):
        return
    changes = trail_values.differences(trail_values.of(row), {})
    note(AuditAction.DELETED, about=row, changes=trail_values.shown(row, changes))


def _is_private(row: Model) -> bool:
    return isinstance(row, Audited) and row.is_private


def note_export(model: type[Model], *, rows: int) -> None:
    """Write down that rows of this kind left as a file."""
    everything = Thing(kind_of(model), "", english(model._meta.verbose_name_plural))
    note(AuditAction.EXPORTED, about=everything, changes={"rows": (None, rows)})


def kind_of(model: type[Model]) -> str:
    """Return what the trail calls rows of a table: `entry_point`."""
    kind = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", model.__name__).lower()
    return KINDS.get(kind, kind)


def _doer(by: Agent | acting.Doer | None) -> acting.Doer:
    now = acting.doer()
    if by is None:
        return now
    if isinstance(by, acting.Doer):
        return by
    return now._replace(agent=by, program=now.program if by == now.agent else "")


def _organisation_of(row: Any) -> int | None:
    if isinstance(row, Organisation):
        return row.pk
    found: int | None = getattr(row, "organisation_id", None)
    return found


def _line(value: str, most: int = MAX_NAME) -> str:
    """Return a text as the trail keeps it: short, on one line, nothing hidden in it."""
    return texts.screen(text.visible(value)).text[:most].strip()
