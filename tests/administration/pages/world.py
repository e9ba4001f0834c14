"""An organisation with one row of every kind, and the state of every table."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.db import transaction
from django.db.models import Model

from agents.models import (
    AccessToken,
    Agent,
    AgentSkill,
    AuditEntry,
    IdleCode,
    Mail,
    MailTemplate,
    MultimediaProfile,
    Organisation,
    Skill,
    StateLog,
    SuppressedAddress,
    Team,
)
from contacts.models import Block, Contact, Customer
from queues.models import (
    Article,
    AskedSkill,
    Assistant,
    DistributionGroup,
    EntryPoint,
    Hours,
    Intent,
    PredefinedResponse,
    ProactiveRule,
    Queue,
)
from reports.models import Criterion
from tests import factories
from wrapup.models import WrapUpCode

World = dict[type[Model], Any]
# In every word of the other organisation, and nowhere else.
MARK = "xyzzy"


@transaction.atomic
def world(mark: str) -> World:
    """Return one row of every kind, of one organisation, the mark in all its words."""
    rows: World = {}
    org = rows[Organisation] = factories.OrganisationFactory.create(
        name=f"{mark} org", slug=f"{mark}-org"
    )
    own = {"organisation": org}
    profile = rows[MultimediaProfile] = factories.MultimediaProfileFactory.create(
        name=f"{mark} profile", **own
    )
    team = rows[Team] = factories.TeamFactory.create(
        name=f"{mark} team", multimedia_profile=profile, **own
    )
    agent = rows[Agent] = factories.AgentFactory.create(
        email=f"{mark}@example.com", display_name=f"{mark} agent", teams=[team], **own
    )
    skill = rows[Skill] = factories.SkillFactory.create(name=f"{mark} skill", **own)
    rows[AgentSkill] = factories.AgentSkillFactory.create(agent=agent, skill=skill)
    rows[IdleCode] = factories.IdleCodeFactory.create(
        name=f"{mark} idle", is_default=True, **own
    )
    factories.IdleCodeFactory.create(name=f"{mark} idle too", **own)
    rows[StateLog] = factories.StateLogFactory.create(
        agent=agent, reason=f"{mark} reason", idle_code=f"{mark} idle"
    )
    rows[AuditEntry] = factories.AuditEntryFactory.create(
        actor=agent,
        actor_name=f"{mark} agent",
        kind="team",
        object_id=str(team.pk),
        object_name=f"{mark} team",
        changes={"name": ["", f"{mark} team"]},
        reason=f"{mark} reason",
        **own,
    )
    rows[AccessToken] = factories.AccessTokenFactory.create(
        agent=agent, created_by=agent, name=f"{mark} token"
    )
    rows[Mail] = factories.MailFactory.create(
        recipient=f"{mark}@customer.example", subject=f"{mark} mail", **own
    )
    rows[MailTemplate] = factories.MailTemplateFactory.create(
        subject=f"{mark} chat", text=f"{mark}: {{transcript}}", **own
    )
    rows[SuppressedAddress] = factories.SuppressedAddressFactory.create(
        address=f"{mark}@gone.example", reason=f"550 {mark}", **own
    )
    queue = rows[Queue] = factories.QueueFactory.create(
        name=f"{mark} queue", description=f"{mark} words", teams=[team], **own
    )
    rows[DistributionGroup] = DistributionGroup.objects.get(queue=queue)
    rows[AskedSkill] = factories.AskedSkillFactory.create(queue=queue, skill=skill)
    rows[Hours] = factories.HoursFactory.create(name=f"{mark} hours", **own)
    assistant = rows[Assistant] = factories.AssistantFactory.create(
        name=f"{mark} robot", webhook_secret=f"{mark} hidden", **own
    )
    rows[Intent] = factories.IntentFactory.create(
        assistant=assistant, name=f"{mark} intent", queue=queue
    )
    point = rows[EntryPoint] = factories.EntryPointFactory.create(
        name=f"{mark} point",
        key=f"{mark}-point",
        queue=queue,
        assistant=assistant,
        identity_secret=f"{mark} hidden" * 4,
        **own,
    )
    rows[ProactiveRule] = factories.ProactiveRuleFactory.create(
        entry_point=point, text=f"{mark} invitation"
    )
    rows[PredefinedResponse] = factories.PredefinedResponseFactory.create(
        name=f"{mark} answer", text=f"{mark} text", queues=[queue], **own
    )
    rows[Article] = factories.ArticleFactory.create(
        title=f"{mark} article", body=f"{mark} body", queues=[queue], **own
    )
    code = rows[WrapUpCode] = factories.WrapUpCodeFactory.create(
        name=f"{mark} code", is_default=True, **own
    )
    other = factories.WrapUpCodeFactory.create(name=f"{mark} code too", **own)
    other.queues.add(queue)
    rows[Criterion] = factories.CriterionFactory.create(
        name=f"{mark} criterion", description=f"{mark} help", **own
    )
    customer = rows[Customer] = factories.CustomerFactory.create(
        name=f"{mark} customer", email=f"{mark}@customer.example", **own
    )
    contact = rows[Contact] = factories.ContactFactory.create(
        customer=customer, queue=queue, entry_point=point, **own
    )
    rows[Block] = factories.BlockFactory.create(reason=f"{mark} reason", **own)
    share = factories.AssignmentFactory.create(
        contact=contact, agent=agent, completed=True
    )
    factories.WrapUpFactory.create(assignment=share, code=code, note=f"{mark} note")
    factories.MessageFactory.create(contact=contact, text=f"{mark} line")
    factories.QueueVisitFactory.create(contact=contact)
    factories.ContactEventFactory.create(contact=contact, agent=agent)
    return rows


def everything() -> dict[str, list[dict[str, Any]]]:
    """Return every row of every table of ours but the admin's own history."""
    ours = {"agents", "queues", "contacts", "wrapup", "reports"}
    models: list[Any] = [m for m in apps.get_models() if m._meta.app_label in ours]
    links: list[Any] = [
        f.remote_field.through for m in models for f in m._meta.many_to_many
    ]
    return {
        model._meta.label: list(model._default_manager.order_by("pk").values())
        for model in {*models, *links}
    }
