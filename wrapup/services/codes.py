from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext

from agents.services import defaults, trail
from agents.services.configuration import NotValid

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from queues.models import Queue
    from wrapup.models import WrapUpCode


def check(
    code: WrapUpCode,
    *,
    exclude: Collection[str] = (),
    queues: Sequence[Queue] | None = None,
) -> None:
    """Raise NotValid or LastActive where the code cannot be stored like this."""
    _refuse_queues_of_default(code, queues)
    defaults.check(code, exclude=exclude, many=_many(queues))


@transaction.atomic
def save(
    code: WrapUpCode,
    *,
    changed: Collection[str] | None = None,
    queues: Sequence[Queue] | None = None,
) -> WrapUpCode:
    """Store the code; exactly one active code stays the default, of every queue.

    `queues` None leaves those of the code as they are.
    """
    _refuse_queues_of_default(code, queues)
    defaults.save(code, changed=changed, many=_many(queues))
    _free_the_default(defaults.appoint(code) or code)
    code.refresh_from_db()
    return code


@transaction.atomic
def delete(code: WrapUpCode) -> None:
    """Remove the code. Raise LastActive, InUse."""
    defaults.delete(code)
    heir = defaults.appoint(code)
    if heir is not None:
        _free_the_default(heir)


def _refuse_queues_of_default(code: WrapUpCode, queues: Sequence[Queue] | None) -> None:
    if code.is_default and code.is_active and queues:
        sentence = gettext("The default belongs to every queue: choose none here.")
        raise NotValid({"queues": [sentence]})


def _free_the_default(code: WrapUpCode) -> None:
    if code.is_default and code.queues.exists():
        with trail.change_of(code):
            code.queues.clear()


def _many(queues: Sequence[Queue] | None) -> dict[str, Sequence[Queue]]:
    return {} if queues is None else {"queues": queues}
