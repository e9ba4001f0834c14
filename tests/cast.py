"""The fixed cast: who works at Acme, who must not see it, and who writes to it.

Alice, Bob and Carol are agents of Acme's team Front line, Sam supervises, Ada
administers, Dora is the customer. Gina (agent) and Greta (administrator) work for
Globex, another organisation. Root runs the platform. Everybody is offline, and signs
in with `factories.PASSWORD`.
"""

from __future__ import annotations

import pytest

from agents.models import Agent, IdleCode, MultimediaProfile, Organisation, Role, Team
from contacts.models import Customer
from queues.models import Assistant, EntryPoint, Queue
from tests.factories import (
    PASSWORD,
    AgentFactory,
    AssistantFactory,
    CustomerFactory,
    EntryPointFactory,
    IdleCodeFactory,
    IntentFactory,
    MultimediaProfileFactory,
    OrganisationFactory,
    QueueFactory,
    TeamFactory,
    WrapUpCodeFactory,
)
from wrapup.models import WrapUpCode


def organisation(name: str) -> Organisation:
    """Return an organisation in which agents can work: profile, idle and end codes."""
    row = OrganisationFactory.create(name=name, slug=name.lower())
    chat = MultimediaProfileFactory.create(organisation=row, name="Chat", chat=3)
    row.default_multimedia_profile = chat
    row.save(update_fields=["default_multimedia_profile"])
    IdleCodeFactory.create(organisation=row, name="Break", is_default=True)
    IdleCodeFactory.create(organisation=row, name="Meeting")
    WrapUpCodeFactory.create(organisation=row, name="Resolved", is_default=True)
    WrapUpCodeFactory.create(organisation=row, name="Escalated")
    return row


@pytest.fixture
def acme(db: None) -> Organisation:
    return organisation("Acme")


@pytest.fixture
def chat_profile(acme: Organisation) -> MultimediaProfile:
    """Acme's default: three chats at once."""
    return MultimediaProfile.objects.get(organisation=acme, name="Chat")


@pytest.fixture
def break_code(acme: Organisation) -> IdleCode:
    """Acme's default idle code."""
    return IdleCode.objects.get(organisation=acme, name="Break")


@pytest.fixture
def meeting(acme: Organisation) -> IdleCode:
    return IdleCode.objects.get(organisation=acme, name="Meeting")


@pytest.fixture
def resolved(acme: Organisation) -> WrapUpCode:
    """Acme's default wrap-up code."""
    return WrapUpCode.objects.get(organisation=acme, name="Resolved")


@pytest.fixture
def escalated(acme: Organisation) -> WrapUpCode:
    return WrapUpCode.objects.get(organisation=acme, name="Escalated")


@pytest.fixture
def front_line(acme: Organisation) -> Team:
    return TeamFactory.create(organisation=acme, name="Front line")


@pytest.fixture
def alice(acme: Organisation, front_line: Team) -> Agent:
    return person("Alice", acme, teams=[front_line])


@pytest.fixture
def bob(acme: Organisation, front_line: Team) -> Agent:
    return person("Bob", acme, teams=[front_line])


@pytest.fixture
def carol(acme: Organisation, front_line: Team) -> Agent:
    return person("Carol", acme, teams=[front_line])


@pytest.fixture
def sam(acme: Organisation, front_line: Team) -> Agent:
    return person("Sam", acme, role=Role.SUPERVISOR, teams=[front_line])


@pytest.fixture
def ada(acme: Organisation) -> Agent:
    return person("Ada", acme, role=Role.ADMINISTRATOR)


@pytest.fixture
def support(acme: Organisation, front_line: Team) -> Queue:
    return QueueFactory.create(organisation=acme, name="Support", teams=[front_line])


@pytest.fixture
def direct(acme: Organisation, support: Queue) -> EntryPoint:
    """Acme's chat page: no assistant, straight to Support."""
    return EntryPointFactory.create(
        organisation=acme, key="direct", name="Direct", queue=support
    )


@pytest.fixture
def robot(acme: Organisation) -> Assistant:
    """Acme's scripted assistant: it knows the hours, hands over and says goodbye."""
    robot = AssistantFactory.create(organisation=acme, name="Robot", max_misses=2)
    IntentFactory.create(
        assistant=robot,
        position=1,
        name="Hours",
        phrases=["opening hours", "when are you open"],
        reply="We are open from nine to five.",
        buttons=["Where are you?", "Goodbye"],
    )
    IntentFactory.create(
        assistant=robot,
        position=2,
        name="A person",
        phrases=["a person"],
        reply="One moment, please.",
        action="escalate",
    )
    IntentFactory.create(
        assistant=robot,
        position=3,
        name="Goodbye",
        phrases=["goodbye"],
        reply="Goodbye!",
        action="end",
    )
    return robot


@pytest.fixture
def front(acme: Organisation, support: Queue, robot: Assistant) -> EntryPoint:
    """Acme's chat page with the assistant in front of Support."""
    return EntryPointFactory.create(
        organisation=acme, key="front", name="Front", queue=support, assistant=robot
    )


@pytest.fixture
def dora(acme: Organisation) -> Customer:
    return CustomerFactory.create(
        organisation=acme, name="Dora", email="dora@example.com"
    )


@pytest.fixture
def globex(db: None) -> Organisation:
    return organisation("Globex")


@pytest.fixture
def help_desk(globex: Organisation) -> Team:
    return TeamFactory.create(organisation=globex, name="Help desk")


@pytest.fixture
def gina(globex: Organisation, help_desk: Team) -> Agent:
    return person("Gina", globex, teams=[help_desk])


@pytest.fixture
def greta(globex: Organisation) -> Agent:
    return person("Greta", globex, role=Role.ADMINISTRATOR)


@pytest.fixture
def help_queue(globex: Organisation, help_desk: Team) -> Queue:
    return QueueFactory.create(organisation=globex, name="Help", teams=[help_desk])


@pytest.fixture
def help_entry(globex: Organisation, help_queue: Queue) -> EntryPoint:
    """Globex's chat page."""
    return EntryPointFactory.create(
        organisation=globex, key="globex", name="Globex", queue=help_queue
    )


@pytest.fixture
def root(db: None) -> Agent:
    return Agent.objects.create_superuser("root@parley.example", PASSWORD)


def person(
    name: str,
    organisation: Organisation,
    *,
    role: Role = Role.AGENT,
    teams: list[Team] | None = None,
) -> Agent:
    """Return somebody of the organisation, `<name>@<slug>.example`."""
    return AgentFactory.create(
        organisation=organisation,
        email=f"{name.lower()}@{organisation.slug}.example",
        display_name=name,
        role=role,
        teams=teams or [],
    )
