"""Rows for tests: each factory makes a row that keeps every constraint, no more."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from factory.declarations import (
    LazyAttribute,
    LazyFunction,
    Maybe,
    SelfAttribute,
    Sequence,
    SubFactory,
    Trait,
)
from factory.django import DjangoModelFactory, Password
from factory.helpers import post_generation

from agents.models import (
    AccessToken,
    Agent,
    AgentSkill,
    AuditEntry,
    FailedSignIn,
    IdleCode,
    Mail,
    MailTemplate,
    MultimediaProfile,
    Organisation,
    Picture,
    Role,
    Skill,
    StateLog,
    SuppressedAddress,
    Team,
)
from contacts.models import (
    Assignment,
    AssignmentState,
    Attachment,
    AttachmentStatus,
    Block,
    BlockKind,
    Contact,
    ContactEvent,
    ContactState,
    Customer,
    CustomerNote,
    EndedReason,
    HelpRequest,
    Message,
    Note,
    QueueVisit,
    SenderKind,
    Visitor,
    Watch,
    WatchMode,
    Whisper,
)
from core import clock
from queues.models import (
    Article,
    ArticleState,
    AskedSkill,
    Assistant,
    DistributionGroup,
    EntryPoint,
    Hours,
    Intent,
    Logo,
    PredefinedResponse,
    ProactiveRule,
    Queue,
)
from queues.services import articles
from reports.models import Criterion, Review, Score
from wrapup.models import WrapUp, WrapUpCode

PASSWORD = "quiet-harbour-42"


class OrganisationFactory(DjangoModelFactory[Organisation]):
    name = Sequence(lambda n: f"Organisation {n}")
    slug = Sequence(lambda n: f"organisation-{n}")

    class Meta:
        model = Organisation


class MultimediaProfileFactory(DjangoModelFactory[MultimediaProfile]):
    organisation = SubFactory(OrganisationFactory)
    name = Sequence(lambda n: f"Profile {n}")
    chat = 3

    class Meta:
        model = MultimediaProfile


class TeamFactory(DjangoModelFactory[Team]):
    organisation = SubFactory(OrganisationFactory)
    name = Sequence(lambda n: f"Team {n}")

    class Meta:
        model = Team


class IdleCodeFactory(DjangoModelFactory[IdleCode]):
    organisation = SubFactory(OrganisationFactory)
    name = Sequence(lambda n: f"Idle code {n}")

    class Meta:
        model = IdleCode


class AgentFactory(DjangoModelFactory[Agent]):
    """An agent, offline; `password` is hashed, `teams` are joined."""

    organisation = SubFactory(OrganisationFactory)
    email = Sequence(lambda n: f"agent{n}@example.com")
    display_name = Sequence(lambda n: f"Agent {n}")
    password = Password(PASSWORD)
    role = Role.AGENT

    class Meta:
        model = Agent
        skip_postgeneration_save = True

    @post_generation  # type: ignore[untyped-decorator]
    def teams(self: Agent, create: bool, teams: list[Team] | None, **_: Any) -> None:
        if teams:
            self.teams.set(teams)


class SkillFactory(DjangoModelFactory[Skill]):
    organisation = SubFactory(OrganisationFactory)
    name = Sequence(lambda n: f"Skill {n}")

    class Meta:
        model = Skill


class AgentSkillFactory(DjangoModelFactory[AgentSkill]):
    """How well an agent has a skill of the same organisation."""

    agent = SubFactory(AgentFactory)
    skill = SubFactory(SkillFactory, organisation=SelfAttribute("..agent.organisation"))
    level = 3

    class Meta:
        model = AgentSkill


class AccessTokenFactory(DjangoModelFactory[AccessToken]):
    agent = SubFactory(AgentFactory)
    digest = Sequence(lambda n: f"{n:064x}")
    created_at = LazyFunction(clock.now)
    expires_at = LazyAttribute(lambda row: row.created_at + timedelta(days=30))

    class Meta:
        model = AccessToken


class FailedSignInFactory(DjangoModelFactory[FailedSignIn]):
    account = Sequence(lambda n: f"{n:064x}")
    address = "203.0.113.9"
    at = LazyFunction(clock.now)

    class Meta:
        model = FailedSignIn


class StateLogFactory(DjangoModelFactory[StateLog]):
    agent = SubFactory(AgentFactory)
    state = SelfAttribute("agent.state")
    from_at = LazyFunction(clock.now)

    class Meta:
        model = StateLog


class MailFactory(DjangoModelFactory[Mail]):
    organisation = SubFactory(OrganisationFactory)
    kind = "reply"
    recipient = Sequence(lambda n: f"customer{n}@example.com")
    subject = "Hello"
    next_attempt_at = LazyFunction(clock.now)
    created_at = LazyFunction(clock.now)

    class Meta:
        model = Mail


class MailTemplateFactory(DjangoModelFactory[MailTemplate]):
    organisation = SubFactory(OrganisationFactory)
    kind = "transcript"
    subject = "Your chat"
    text = "Here it is:\n\n{transcript}"

    class Meta:
        model = MailTemplate


class SuppressedAddressFactory(DjangoModelFactory[SuppressedAddress]):
    organisation = SubFactory(OrganisationFactory)
    address = Sequence(lambda n: f"gone{n}@example.com")
    reason = "550 5.1.1 Nobody of this name"
    created_at = LazyFunction(clock.now)

    class Meta:
        model = SuppressedAddress


class AuditEntryFactory(DjangoModelFactory[AuditEntry]):
    organisation = SubFactory(OrganisationFactory)
    at = LazyFunction(clock.now)
    action = "changed"

    class Meta:
        model = AuditEntry


class QueueFactory(DjangoModelFactory[Queue]):
    """A queue served by its `teams` from the first second on."""

    organisation = SubFactory(OrganisationFactory)
    name = Sequence(lambda n: f"Queue {n}")

    class Meta:
        model = Queue
        skip_postgeneration_save = True

    @post_generation  # type: ignore[untyped-decorator]
    def teams(self: Queue, create: bool, teams: list[Team] | None, **_: Any) -> None:
        for team in teams or []:
            DistributionGroup.objects.create(queue=self, team=team)


class HoursFactory(DjangoModelFactory[Hours]):
    """Hours from nine to five on weekdays, in UTC."""

    organisation = SubFactory(OrganisationFactory)
    name = Sequence(lambda n: f"Hours {n}")
    weekly = LazyFunction(
        lambda: [{"day": day, "from": "09:00", "to": "17:00"} for day in range(5)]
    )

    class Meta:
        model = Hours


class PictureFactory(DjangoModelFactory[Picture]):
    agent = SubFactory("tests.factories.AgentFactory")
    content = b"\x89PNG"
    name = Sequence(lambda n: f"picture-{n}")

    class Meta:
        model = Picture


class LogoFactory(DjangoModelFactory[Logo]):
    entry_point = SubFactory("tests.factories.EntryPointFactory")
    content = b"\x89PNG"
    digest = "0" * 64

    class Meta:
        model = Logo


class AssistantFactory(DjangoModelFactory[Assistant]):
    organisation = SubFactory(OrganisationFactory)
    name = Sequence(lambda n: f"Assistant {n}")
    greeting = "Hello, how can I help?"
    fallback = "I did not understand that."

    class Meta:
        model = Assistant


class IntentFactory(DjangoModelFactory[Intent]):
    assistant = SubFactory(AssistantFactory)
    position = Sequence(lambda n: n % 1000)
    name = Sequence(lambda n: f"Intent {n}")
    phrases = LazyFunction(lambda: ["opening hours"])
    reply = "We are open from nine to five."

    class Meta:
        model = Intent


class EntryPointFactory(DjangoModelFactory[EntryPoint]):
    organisation = SubFactory(OrganisationFactory)
    key = Sequence(lambda n: f"entry-point-{n}")
    name = Sequence(lambda n: f"Entry point {n}")
    queue = SubFactory(QueueFactory, organisation=SelfAttribute("..organisation"))

    class Meta:
        model = EntryPoint


class AskedSkillFactory(DjangoModelFactory[AskedSkill]):
    """A skill that a queue, entry point or intent asks for; it never relaxes. Unless
    told otherwise a queue of the skill's organisation asks."""

    skill = SubFactory(SkillFactory)
    entry_point = None
    intent = None
    queue = Maybe(
        "is_of_queue",
        SubFactory(QueueFactory, organisation=SelfAttribute("..skill.organisation")),
    )
    level = 3

    class Params:
        is_of_queue = LazyAttribute(lambda row: not (row.entry_point or row.intent))

    class Meta:
        model = AskedSkill


class ProactiveRuleFactory(DjangoModelFactory[ProactiveRule]):
    entry_point = SubFactory(EntryPointFactory)
    position = Sequence(lambda n: n % 1000)
    text = "Questions? We are here."

    class Meta:
        model = ProactiveRule


class PredefinedResponseFactory(DjangoModelFactory[PredefinedResponse]):
    """A response for its `queues`, or for every queue."""

    organisation = SubFactory(OrganisationFactory)
    name = Sequence(lambda n: f"Response {n}")
    text = "Thank you for your patience, {customer.name}."

    class Meta:
        model = PredefinedResponse
        skip_postgeneration_save = True

    @post_generation  # type: ignore[untyped-decorator]
    def queues(
        self: PredefinedResponse, create: bool, queues: list[Queue] | None, **_: Any
    ) -> None:
        if queues:
            self.queues.set(queues)


class ArticleFactory(DjangoModelFactory[Article]):
    """A published article for its `queues`, or for every queue, with its passages."""

    organisation = SubFactory(OrganisationFactory)
    title = Sequence(lambda n: f"Article {n}")
    body = "We deliver within three days."
    state = ArticleState.PUBLISHED

    class Meta:
        model = Article

    @classmethod
    def _create(
        cls,
        model_class: type[Article],
        *args: Any,
        queues: list[Queue] | None = None,
        **values: Any,
    ) -> Article:
        article = model_class(*args, **values)
        return articles.save(article, now=clock.now(), queues=queues)


class CustomerFactory(DjangoModelFactory[Customer]):
    organisation = SubFactory(OrganisationFactory)
    name = Sequence(lambda n: f"Customer {n}")
    created_at = LazyFunction(clock.now)

    class Meta:
        model = Customer


class VisitorFactory(DjangoModelFactory[Visitor]):
    customer = SubFactory(CustomerFactory)
    digest = Sequence(lambda n: f"{n:064x}")
    used_at = LazyFunction(clock.now)

    class Meta:
        model = Visitor


class BlockFactory(DjangoModelFactory[Block]):
    organisation = SubFactory(OrganisationFactory)
    kind = BlockKind.ADDRESS
    value = Sequence(lambda n: f"198.51.100.{n % 256}")
    reason = "Insults"

    class Meta:
        model = Block


class ContactFactory(DjangoModelFactory[Contact]):
    """A chat waiting in a queue; `ended=True` makes one that is over."""

    organisation = SubFactory(OrganisationFactory)
    state = ContactState.QUEUED
    queue = SubFactory(QueueFactory, organisation=SelfAttribute("..organisation"))
    customer = SubFactory(CustomerFactory, organisation=SelfAttribute("..organisation"))
    opened_at = LazyFunction(clock.now)
    enqueued_at = SelfAttribute("opened_at")
    visit_started_at = SelfAttribute("opened_at")

    class Meta:
        model = Contact

    class Params:
        ended = Trait(
            state=ContactState.ENDED,
            ended_reason=EndedReason.AGENT_ENDED,
            ended_at=SelfAttribute("opened_at"),
            closed_at=SelfAttribute("opened_at"),
        )


class QueueVisitFactory(DjangoModelFactory[QueueVisit]):
    contact = SubFactory(ContactFactory)
    queue = SelfAttribute("contact.queue")
    entered_at = SelfAttribute("contact.opened_at")

    class Meta:
        model = QueueVisit


class AssignmentFactory(DjangoModelFactory[Assignment]):
    """An offer that can be accepted for 30 s and then blinks for 5 s."""

    contact = SubFactory(ContactFactory)
    agent = SubFactory(
        AgentFactory, organisation=SelfAttribute("..contact.organisation")
    )
    queue = SelfAttribute("contact.queue")
    state = AssignmentState.OFFERED
    offered_at = LazyFunction(clock.now)
    blink_at = LazyAttribute(lambda row: row.offered_at + timedelta(seconds=30))
    rona_at = LazyAttribute(lambda row: row.offered_at + timedelta(seconds=35))

    class Meta:
        model = Assignment

    class Params:
        connected = Trait(
            state=AssignmentState.CONNECTED,
            connected_at=SelfAttribute("offered_at"),
        )
        completed = Trait(
            state=AssignmentState.COMPLETED,
            connected_at=SelfAttribute("offered_at"),
            wrapup_at=SelfAttribute("offered_at"),
            ended_at=SelfAttribute("offered_at"),
        )


class MessageFactory(DjangoModelFactory[Message]):
    """A line by the customer; give `seq` where the order matters."""

    contact = SubFactory(ContactFactory)
    seq = Sequence(lambda n: n + 1)
    sender_kind = SenderKind.CUSTOMER
    sender_name = "Customer"
    sender_key = "customer"
    text = Sequence(lambda n: f"Line {n}")
    created_at = LazyFunction(clock.now)

    class Meta:
        model = Message


class NoteFactory(DjangoModelFactory[Note]):
    contact = SubFactory(ContactFactory)
    client_id = Sequence(lambda n: f"note-{n}")
    author = SubFactory(AgentFactory)
    author_name = "Alice"
    text = Sequence(lambda n: f"Note {n}")
    created_at = LazyFunction(clock.now)

    class Meta:
        model = Note


class WatchFactory(DjangoModelFactory[Watch]):
    contact = SelfAttribute("share.contact")
    share = SubFactory(AssignmentFactory, connected=True)
    watcher = SubFactory(AgentFactory, role=Role.SUPERVISOR)
    mode = WatchMode.MONITOR
    started_at = LazyFunction(clock.now)

    class Meta:
        model = Watch


class WhisperFactory(DjangoModelFactory[Whisper]):
    contact = SubFactory(ContactFactory)
    client_id = Sequence(lambda n: f"whisper-{n}")
    author = SubFactory(AgentFactory, role=Role.SUPERVISOR)
    author_name = "Sam"
    text = Sequence(lambda n: f"Whisper {n}")
    created_at = LazyFunction(clock.now)

    class Meta:
        model = Whisper


class HelpRequestFactory(DjangoModelFactory[HelpRequest]):
    contact = SelfAttribute("share.contact")
    share = SubFactory(AssignmentFactory, connected=True)
    agent = SelfAttribute("share.agent")
    text = "Please look"
    asked_at = LazyFunction(clock.now)

    class Meta:
        model = HelpRequest


class CustomerNoteFactory(DjangoModelFactory[CustomerNote]):
    customer = SubFactory(CustomerFactory)
    author = SubFactory(AgentFactory)
    text = Sequence(lambda n: f"Note {n}")
    created_at = LazyFunction(clock.now)

    class Meta:
        model = CustomerNote


class AttachmentFactory(DjangoModelFactory[Attachment]):
    contact = SubFactory(ContactFactory)
    sender_kind = SenderKind.CUSTOMER
    name = "invoice.pdf"
    size = 1000
    content_type = "application/pdf"
    status = AttachmentStatus.STAGED
    created_at = LazyFunction(clock.now)

    class Meta:
        model = Attachment


class ContactEventFactory(DjangoModelFactory[ContactEvent]):
    contact = SubFactory(ContactFactory)
    at = LazyFunction(clock.now)
    code = "opened"

    class Meta:
        model = ContactEvent


class WrapUpCodeFactory(DjangoModelFactory[WrapUpCode]):
    organisation = SubFactory(OrganisationFactory)
    name = Sequence(lambda n: f"Code {n}")

    class Meta:
        model = WrapUpCode


class WrapUpFactory(DjangoModelFactory[WrapUp]):
    assignment = SubFactory(AssignmentFactory, completed=True)
    code = SubFactory(
        WrapUpCodeFactory,
        organisation=SelfAttribute("..assignment.contact.organisation"),
    )
    code_name = SelfAttribute("code.name")
    created_at = LazyFunction(clock.now)

    class Meta:
        model = WrapUp


class CriterionFactory(DjangoModelFactory[Criterion]):
    organisation = SubFactory(OrganisationFactory)
    name = Sequence(lambda n: f"Criterion {n}")

    class Meta:
        model = Criterion


class ReviewFactory(DjangoModelFactory[Review]):
    organisation = SelfAttribute("contact.organisation")
    contact = SubFactory(ContactFactory)
    agent = SubFactory(
        AgentFactory, organisation=SelfAttribute("..contact.organisation")
    )
    reviewer = SubFactory(
        AgentFactory,
        organisation=SelfAttribute("..contact.organisation"),
        role=Role.SUPERVISOR,
    )
    total = 4
    created_at = LazyFunction(clock.now)

    class Meta:
        model = Review


class ScoreFactory(DjangoModelFactory[Score]):
    review = SubFactory(ReviewFactory)
    criterion = SubFactory(
        CriterionFactory, organisation=SelfAttribute("..review.organisation")
    )
    name = SelfAttribute("criterion.name")
    weight = SelfAttribute("criterion.weight")
    position = SelfAttribute("criterion.position")
    is_optional = SelfAttribute("criterion.is_optional")
    value = 4

    class Meta:
        model = Score
