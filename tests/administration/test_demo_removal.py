"""`manage.py demo --remove`: all of it, nothing else, or nothing at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection

from agents.models import Agent, AuditEntry, Organisation, Role, StateLog
from contacts.models import Attachment, ContactEvent
from core import clock
from queues.models import EntryPoint
from supervision.services import stuck
from tests import cast, factories, sockets, steps
from tests.administration.pages.world import everything
from tests.steps import API, client_for

if TYPE_CHECKING:
    from pathlib import Path

    from pytest_django import Settings

    from tests.steps import Chat

NOBODY = (
    "Nobody runs the platform now. Make its first administrator: "
    "manage.py createsuperuser"
)
TABLES = [StateLog, ContactEvent, AuditEntry]


@pytest.fixture
def initech(db: None) -> Organisation:
    return cast.organisation("Initech")


@pytest.fixture
def ines(initech: Organisation) -> Agent:
    team = factories.TeamFactory.create(organisation=initech)
    return cast.person("Ines", initech, teams=[team])


@pytest.fixture
def theirs(ines: Agent) -> Chat:
    """A chat of an organisation that is not the demo's."""
    queue = factories.QueueFactory.create(
        organisation=ines.organisation, teams=ines.teams.all()
    )
    entry_point = factories.EntryPointFactory.create(
        organisation=ines.organisation, queue=queue
    )
    return steps.connected(ines, entry_point)


@pytest.fixture
def demo(theirs: Chat) -> None:
    call_command("demo", verbosity=0)


def somebody(email: str) -> Agent:
    return Agent.objects.get(email=email)


def remove(capsys: pytest.CaptureFixture[str]) -> list[str]:
    """Return the lines that the command says."""
    call_command("demo", "--remove")
    return capsys.readouterr().out.splitlines()


def live(settings: Settings, folder: Path) -> str:
    """Let the demo be used: chats, states, files, settings. Return a file's name."""
    settings.MEDIA_ROOT = folder
    alice = somebody("alice@acme.example")
    direct = EntryPoint.objects.get(key="acme-direct")
    chat = steps.completed(alice, direct, customer={"name": "Dora"})
    steps.say(alice, "Anything else?", to=steps.connected(alice, direct))
    file = Attachment.objects.create(
        contact=chat.contact,
        sender_kind="customer",
        name="a.txt",
        size=1,
        content_type="text/plain",
        file=ContentFile(b"a", "a.txt"),
        status="staged",
        created_at=clock.now(),
    )
    ada = somebody("admin@acme.example")
    body = {"email": "erin@acme.example", "display_name": "Erin"}
    assert client_for(ada).post(f"{API}/agents/", body).status_code == 201
    assert AuditEntry.objects.filter(actor=ada).exists()
    return str(file.file.name)


def test_everything_of_it_goes_and_nothing_else(
    theirs: Chat,
    settings: Settings,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    before = everything()
    call_command("demo", verbosity=0)
    name = live(settings, tmp_path)
    capsys.readouterr()

    said = remove(capsys)

    assert everything() == before
    assert not default_storage.exists(name)
    assert said == [
        "Removed: Acme (6 people, 2 contacts).",
        "Removed: Globex (2 people, 0 contacts).",
        "Removed: the superuser.",
        NOBODY,
    ]
    assert remove(capsys)[0] == "There is no demo here."


@pytest.mark.usefixtures("demo")
@pytest.mark.parametrize("model", TABLES)
def test_the_log_of_others_is_kept_as_before(
    model: type[StateLog | ContactEvent | AuditEntry],
) -> None:
    call_command("demo", "--remove")

    assert model.objects.exists()
    with connection.cursor() as cursor:
        for command in ("DELETE FROM {}", "UPDATE {} SET id = id + 1"):
            with pytest.raises(IntegrityError, match="append-only"):
                cursor.execute(command.format(model._meta.db_table))


@pytest.mark.usefixtures("demo")
def test_it_is_all_or_nothing(ines: Agent) -> None:
    theirs = Organisation.objects.get(slug="globex").default_multimedia_profile
    Agent.objects.filter(pk=ines.pk).update(multimedia_profile=theirs)
    steps.go_available(somebody("alice@acme.example"))
    before = everything()

    with pytest.raises(CommandError, match="Nothing was removed"):
        call_command("demo", "--remove")

    assert everything() == before
    with connection.cursor() as cursor, pytest.raises(IntegrityError):
        cursor.execute("DELETE FROM agents_statelog")


def test_an_organisation_of_the_same_name_stays(
    acme: Organisation, ada: Agent, capsys: pytest.CaptureFixture[str]
) -> None:
    Agent.objects.filter(pk=ada.pk).update(email="ada@acme.com")

    assert remove(capsys)[0] == "There is no demo here."
    assert Organisation.objects.get() == acme


@pytest.mark.usefixtures("demo")
def test_a_superuser_whom_a_log_names_is_closed(
    theirs: Chat, capsys: pytest.CaptureFixture[str]
) -> None:
    root = somebody("root@parley.example")
    stuck.requeue(contact_id=theirs.id, actor=root, reason="Stuck.", now=clock.now())

    said = remove(capsys)

    root.refresh_from_db()
    assert ContactEvent.objects.filter(actor=root).exists()
    assert (root.is_active, root.has_usable_password()) == (False, False)
    assert root.email != "root@parley.example"
    assert "Root" not in str(vars(root))
    assert any("stays closed" in line for line in said)
    call_command("demo", verbosity=0)
    assert somebody("root@parley.example").pk != root.pk


@pytest.mark.usefixtures("demo")
def test_open_desks_and_chats_end() -> None:
    alice = somebody("alice@acme.example")
    chat = steps.connected(alice, EntryPoint.objects.get(key="acme-direct"))

    with sockets.desk_of(alice) as desk, sockets.page_of(chat) as page:
        call_command("demo", "--remove")

        assert desk.close_code() == 4401
        assert page.close_code() == 4404


@pytest.mark.usefixtures("demo")
def test_who_had_a_role_there_has_none_anywhere() -> None:
    ada = somebody("admin@acme.example")
    assert ada.role == Role.ADMINISTRATOR
    client = client_for(ada)

    call_command("demo", "--remove")

    assert client.get(f"{API}/me/").status_code == 401
