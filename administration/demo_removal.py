"""Takes the demo away: all of it or nothing, and what happened in it too."""

from __future__ import annotations

from collections import deque
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.core.files.storage import default_storage
from django.db import connection, transaction
from django.db.models import FileField, ForeignKey, Model, ProtectedError

from administration.demo import SUPERUSER
from administration.demo_centres import ACME, GLOBEX, Centre
from agents import addresses
from agents.models import AccessToken, Agent, AppendOnly, AuditEntry, Organisation
from agents.services import presence, second_factors
from contacts.models import Contact, ContactState
from core import realtime
from core.closing import CloseCode

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.db.models import QuerySet

    # By model, the fields that lead from a row to its organisation.
    Ways = dict[type[Model], tuple[str, ...]]

CLOSED = ("email", "display_name", "is_active", "session_version", "password")


@transaction.atomic
def remove() -> list[str]:
    """Remove Acme, Globex and the platform's demo superuser, with everything that was
    added to them. Return in words what went."""
    organisations = [*filter(None, map(_organisation, (ACME, GLOBEX)))]
    gone = [_counted(organisation) for organisation in organisations]
    for organisation in organisations:
        _hang_up(organisation)
        with _past_triggers():
            _delete(organisation)
    superuser = Agent.objects.filter(email=SUPERUSER).first()
    if superuser is not None:
        gone.append(_without(superuser))
    return gone


def _organisation(centre: Centre) -> Organisation | None:
    """Return the centre's organisation. One of the same short name in which none of
    the demo's people work is somebody's own."""
    emails = [email for email, _, _ in centre.people]
    own = Organisation.objects.filter(slug=centre.slug, agents__email__in=emails)
    return own.distinct().first()


def _counted(organisation: Organisation) -> str:
    people, contacts = organisation.agents.count(), organisation.contacts.count()
    return f"{organisation} ({people} people, {contacts} contacts)"


def _hang_up(organisation: Organisation) -> None:
    """End open desks and chats, once the rest is committed."""
    desks = [agent.address for agent in organisation.agents.all()]
    contacts = organisation.contacts.all()
    realtime.close(to=desks, code=CloseCode.UNAUTHORISED)
    open_chats = _customers(contacts.exclude(state=ContactState.ENDED))
    realtime.close(to=open_chats, code=CloseCode.UNKNOWN)
    presence.forget(addresses=[*desks, *_customers(contacts)])


def _customers(contacts: QuerySet[Contact]) -> list[str]:
    keys = contacts.order_by().values_list("pk", flat=True)
    return [addresses.of_customer(key) for key in keys]


def _delete(organisation: Organisation) -> None:
    """Delete every row that leads to the organisation, the farthest first.

    The database checks foreign keys afterwards only: none may point to nothing then.
    """
    ways = _ways()
    for model in sorted(ways, key=lambda model: len(ways[model]), reverse=True):
        where = "__".join((*ways[model], "pk"))
        rows = model._base_manager.filter(**{where: organisation.pk})
        _delete_files(rows)
        _delete_rows(rows)


def _ways() -> Ways:
    """Return the shortest way to the organisation of every model that has one."""
    models = [m for m in apps.get_models(include_auto_created=True) if m._meta.managed]
    ways: Ways = {Organisation: ()}
    reached: deque[type[Model]] = deque(ways)
    while reached:
        target = reached.popleft()
        for model in models:
            name = _link(model, target) if model not in ways else None
            if name is not None:
                ways[model] = (name, *ways[target])
                reached.append(model)
    return ways


def _link(model: type[Model], target: type[Model]) -> str | None:
    """Return the field by which rows of the model belong to one of the target."""
    for field in model._meta.concrete_fields:
        if not isinstance(field, ForeignKey) or field.related_model is not target:
            continue
        # What may be empty names somebody; what may not says whose the row is.
        if target is Organisation or not field.null:
            return field.name
    return None


def _delete_rows(rows: QuerySet[Any]) -> None:
    """Delete without asking Django, which protects what goes in the next step."""
    rows._raw_delete(rows.db)


def _delete_files(rows: QuerySet[Any]) -> None:
    """Delete the files of the rows, once the rest is committed."""
    fields = [f for f in rows.model._meta.concrete_fields if isinstance(f, FileField)]
    for field in fields:
        for name in rows.exclude(**{field.name: ""}).values_list(field.name, flat=True):
            transaction.on_commit(_deletion_of(name), robust=True)


def _deletion_of(name: str) -> Any:
    def delete() -> None:
        default_storage.delete(name)

    return delete


@contextmanager
def _past_triggers() -> Iterator[None]:
    """Let rows go that are kept for ever otherwise; undone with the transaction."""
    tables = [
        model._meta.db_table
        for model in apps.get_models()
        if issubclass(model, AppendOnly)
    ]
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            lift, restore = _sqlite_triggers(cursor, tables)
        else:
            lift = [f"ALTER TABLE {name} DISABLE TRIGGER USER" for name in tables]
            restore = [f"ALTER TABLE {name} ENABLE TRIGGER USER" for name in tables]
        for statement in lift:
            cursor.execute(statement)
        yield
        # PostgreSQL alters no table whose foreign keys are still to be checked.
        connection.check_constraints()
        for statement in restore:
            cursor.execute(statement)


def _sqlite_triggers(cursor: Any, tables: list[str]) -> tuple[list[str], list[str]]:
    """Return what drops the triggers of these tables, and what makes them again."""
    cursor.execute(
        "SELECT name, tbl_name, sql FROM sqlite_master WHERE type = 'trigger'"
    )
    own = [(name, sql) for name, table, sql in cursor.fetchall() if table in tables]
    return [f"DROP TRIGGER {name}" for name, _ in own], [sql for _, sql in own]


def _without(superuser: Agent) -> str:
    """Delete the superuser, with what the platform's own trail says of them. Where the
    log of an organisation that stays names them, the account is closed instead, and
    says nothing of whose it was."""
    platforms = AuditEntry.objects.filter(organisation=None)
    with _past_triggers():
        _delete_rows(platforms.filter(actor=superuser))
        _delete_rows(platforms.filter(kind="agent", object_id=str(superuser.pk)))
    try:
        with transaction.atomic():
            superuser.delete()
    except ProtectedError:
        second_factors.reset(superuser)
        AccessToken.objects.filter(agent=superuser).delete()
        superuser.email = f"former-{superuser.pk}@parley.example"
        superuser.display_name = "Former superuser"
        superuser.is_active = False
        superuser.session_version += 1
        superuser.set_unusable_password()
        superuser.save(update_fields=CLOSED)
        return "the superuser, whose account stays closed, since a log names it"
    return "the superuser"
