from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from agents.services import defaults

if TYPE_CHECKING:
    from collections.abc import Collection

    from agents.models import IdleCode


def check(code: IdleCode, *, exclude: Collection[str] = ()) -> None:
    """Raise NotValid or LastActive where the code cannot be stored like this."""
    defaults.check(code, exclude=exclude)


@transaction.atomic
def save(code: IdleCode, *, changed: Collection[str] | None = None) -> IdleCode:
    """Store the code; exactly one active code stays the default."""
    defaults.save(code, changed=changed)
    defaults.appoint(code)
    code.refresh_from_db()
    return code


@transaction.atomic
def delete(code: IdleCode) -> None:
    """Remove the code. Raise LastActive, InUse."""
    defaults.delete(code)
    defaults.appoint(code)
