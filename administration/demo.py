"""The demo organisations: made once, completed where something is missing.

Nothing that exists is changed: what somebody tried out in the demo stays. One chat page
waits for a language model, and is not active until the operator names one.
"""

from __future__ import annotations

from django.conf import settings
from django.db import transaction

from administration.demo_centres import ACME, GLOBEX, PRECHAT_FIELDS, Centre
from agents.models import (
    Agent,
    AgentSkill,
    IdleCode,
    MultimediaProfile,
    Organisation,
    Role,
    Skill,
    Team,
)
from core import clock
from queues.models import (
    Article,
    ArticleState,
    Assistant,
    AssistantKind,
    DistributionGroup,
    EntryPoint,
    Hours,
    Intent,
    PredefinedResponse,
    ProactiveRule,
    Queue,
)
from queues.services import articles
from wrapup.models import WrapUpCode

PASSWORD: str = settings.DEMO_PASSWORD
SUPERUSER = "root@parley.example"


@transaction.atomic
def load() -> None:
    """Make what is missing of Acme, Globex and the platform superuser."""
    for centre in (ACME, GLOBEX):
        _load(centre)
    connect_model()
    if not Agent.objects.filter(email=SUPERUSER).exists():
        Agent.objects.create_superuser(SUPERUSER, PASSWORD, display_name="Root")


def _load(centre: Centre) -> None:
    organisation, is_new = Organisation.objects.get_or_create(
        slug=centre.slug, defaults={"name": centre.name, **centre.settings}
    )
    profile = _profile(organisation)
    if is_new:
        organisation.default_multimedia_profile = profile
        organisation.save(update_fields=["default_multimedia_profile"])
    _codes(organisation, centre)
    team, _ = Team.objects.get_or_create(organisation=organisation, name=centre.team)
    _people(organisation, centre, team)
    _skills(organisation, centre)
    queues = _queues(organisation, centre, team)
    # No queue has them: the demo is open at any time.
    fields = dict(centre.hours)
    Hours.objects.get_or_create(
        organisation=organisation, name=fields.pop("name"), defaults=fields
    )
    for name, text in centre.responses.items():
        PredefinedResponse.objects.get_or_create(
            organisation=organisation, name=name, defaults={"text": text}
        )
    _articles(organisation, centre)
    assistant = _assistant(organisation, centre, queues)
    model = _model(organisation, centre)
    _entry_points(organisation, centre, queues, assistant, model)


def _profile(organisation: Organisation) -> MultimediaProfile:
    profile, _ = MultimediaProfile.objects.get_or_create(
        organisation=organisation,
        name="Chat",
        defaults={
            "description": "Up to three chats at once, and a message by mail.",
            "chat": 3,
            "email": 1,
        },
    )
    return profile


def _codes(organisation: Organisation, centre: Centre) -> None:
    for name in centre.idle_codes:
        idle_codes = IdleCode.objects.filter(organisation=organisation)
        needs_default = not idle_codes.filter(is_default=True).exists()
        IdleCode.objects.get_or_create(
            organisation=organisation, name=name, defaults={"is_default": needs_default}
        )
    for name, description in centre.wrapup_codes.items():
        wrapup_codes = WrapUpCode.objects.filter(organisation=organisation)
        needs_default = not wrapup_codes.filter(is_default=True).exists()
        WrapUpCode.objects.get_or_create(
            organisation=organisation,
            name=name,
            defaults={"description": description, "is_default": needs_default},
        )


def _people(organisation: Organisation, centre: Centre, team: Team) -> None:
    for email, display_name, role in centre.people:
        if Agent.objects.filter(email=email).exists():
            continue
        agent = Agent.objects.create_user(
            email,
            PASSWORD,
            organisation=organisation,
            display_name=display_name,
            role=role,
        )
        if role != Role.ADMINISTRATOR:
            agent.teams.add(team)


def _skills(organisation: Organisation, centre: Centre) -> None:
    for name, levels in centre.skills.items():
        skill, is_new = Skill.objects.get_or_create(
            organisation=organisation, name=name
        )
        if is_new:
            people = Agent.objects.filter(organisation=organisation, email__in=levels)
            for agent in people:
                level = levels[agent.email]
                AgentSkill.objects.create(agent=agent, skill=skill, level=level)


def _queues(organisation: Organisation, centre: Centre, team: Team) -> dict[str, Queue]:
    queues = {}
    for name, description in centre.queues.items():
        queues[name], is_new = Queue.objects.get_or_create(
            organisation=organisation, name=name, defaults={"description": description}
        )
        if is_new:
            DistributionGroup.objects.create(queue=queues[name], team=team)
    return queues


def _articles(organisation: Organisation, centre: Centre) -> None:
    for title, body in centre.articles.items():
        if not organisation.articles.filter(title=title).exists():
            article = Article(
                organisation=organisation,
                title=title,
                body=body,
                language="en",
                state=ArticleState.PUBLISHED,
            )
            articles.save(article, now=clock.now())


def _assistant(
    organisation: Organisation, centre: Centre, queues: dict[str, Queue]
) -> Assistant:
    fields = dict(centre.assistant)
    assistant, is_new = Assistant.objects.get_or_create(
        organisation=organisation, name=fields.pop("name"), defaults=fields
    )
    if is_new:
        for position, intent in enumerate(centre.intents, start=1):
            queue = queues.get(intent.get("queue", ""))
            Intent.objects.create(
                assistant=assistant, position=position, **{**intent, "queue": queue}
            )
    return assistant


def _model(organisation: Organisation, centre: Centre) -> Assistant | None:
    if not centre.model:
        return None
    fields = dict(centre.model)
    assistant, _ = Assistant.objects.get_or_create(
        organisation=organisation,
        name=fields.pop("name"),
        defaults={"kind": AssistantKind.LLM, **fields},
    )
    return assistant


@transaction.atomic
def connect_model() -> None:
    """Put the language model that the operator names in front of the demo's chat page
    that waits for one. What somebody has set up there stays."""
    if not settings.LLM_URL:
        return
    point = (
        EntryPoint.objects.select_related("assistant")
        .filter(
            key="acme-help",
            organisation__slug=ACME.slug,
            is_active=False,
            assistant__base_url=ACME.model["base_url"],
        )
        .first()
    )
    if point is None or point.assistant is None:
        return
    Assistant.objects.filter(pk=point.assistant.pk).update(
        base_url=settings.LLM_URL,
        model=settings.LLM_MODEL or ACME.model["model"],
        api_key=settings.LLM_KEY,
    )
    point.is_active = True
    point.save(update_fields=["is_active"])


def _entry_points(
    organisation: Organisation,
    centre: Centre,
    queues: dict[str, Queue],
    assistant: Assistant,
    model: Assistant | None,
) -> None:
    for point in centre.entry_points:
        asks_model = point.get("with_model", False)
        in_front = assistant if point.get("with_assistant") else None
        row, is_new = EntryPoint.objects.get_or_create(
            key=point["key"],
            defaults={
                "organisation": organisation,
                "name": point["name"],
                "queue": queues[point["queue"]],
                "assistant": model if asks_model else in_front,
                "is_active": not asks_model,
                "greeting": point["greeting"],
                "prechat_fields": PRECHAT_FIELDS,
            },
        )
        if is_new:
            for position, rule in enumerate(point.get("rules", ()), start=1):
                ProactiveRule.objects.create(entry_point=row, position=position, **rule)
