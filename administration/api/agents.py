"""REST: organisation, agents, teams, profiles, idle codes (contract 3.2)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from administration.api.base import ConfigurationViewSet, SettingSerializer, WholeRow
from administration.services import changes, skills
from agents.access import agent_for_user
from agents.authentication import ByPersons, IsAdministrator
from agents.models import (
    Agent,
    AgentSkill,
    Detector,
    IdleCode,
    MultimediaProfile,
    Organisation,
    Scope,
    Skill,
    Team,
)
from agents.serializers import KeyField, NamedSerializer
from agents.services import idle_codes, people, second_factors
from agents.services.skills import Level
from core import clock

if TYPE_CHECKING:
    from collections.abc import Collection


class OrganisationSerializer(SettingSerializer[Organisation]):
    """The settings of the own organisation."""

    examples: ClassVar[dict[str, Any]] = {
        "name": "Acme",
        "slug": "acme",
        "timezone": "Europe/London",
        "country": "GB",
        "acceptance_timeout": 30,
        "blink_duration": 5,
        "attachment_extensions": [".pdf", ".png"],
        "attachment_max_total_bytes": 36700160,
        "agent_recovery_seconds": 120,
        "customer_grace_seconds": 600,
    }

    attachment_extensions = serializers.ListField(
        child=serializers.RegexField(r"^\.[a-z0-9]{1,20}\Z"), max_length=200
    )
    sensitive_data_detectors = serializers.ListField(
        child=serializers.ChoiceField(Detector.choices)
    )

    class Meta:
        model = Organisation
        exclude = ["id"]


class OrganisationView(APIView):
    """The own organisation."""

    permission_classes = [IsAdministrator, ByPersons]
    writes = Scope.CONFIGURE
    of_persons = frozenset({"require_second_factor"})

    @extend_schema(
        operation_id="organisation",
        summary="The organisation's settings",
        responses=OrganisationSerializer,
    )
    def get(self, request: Request) -> Response:
        """Return the settings of the own organisation."""
        return Response(OrganisationSerializer(self._own(request)).data)

    @extend_schema(
        operation_id="organisation_change",
        summary="Change the organisation's settings",
        request=OrganisationSerializer,
        responses=OrganisationSerializer,
    )
    def patch(self, request: Request) -> Response:
        """Change settings; they are in force at once."""
        organisation = self._own(request)
        form = OrganisationSerializer(
            organisation, data=request.data, partial=True, context={"request": request}
        )
        form.is_valid(raise_exception=True)
        for name, value in form.validated_data.items():
            setattr(organisation, name, value)

        changes.save_organisation(
            organisation,
            by=agent_for_user(request.user),
            now=clock.now(),
            changed=form.validated_data.keys(),
        )

        return Response(OrganisationSerializer(organisation).data)

    def _own(self, request: Request) -> Organisation:
        organisation = agent_for_user(request.user).organisation
        assert organisation is not None
        return organisation


class SkillSerializer(SettingSerializer[Skill]):
    """What some agents can do and others cannot, such as a language."""

    examples: ClassVar[dict[str, Any]] = {"name": "German"}

    class Meta:
        model = Skill


class SkillsViewSet(ConfigurationViewSet[Skill]):
    """What some agents can do and others cannot."""

    serializer_class = SkillSerializer
    queryset = Skill.objects.all()
    filterset_fields: ClassVar[list[str]] = ["is_active"]

    def store(
        self, row: Skill, *, changed: Collection[str] | None, beside: dict[str, Any]
    ) -> Skill:
        return skills.save(row, changed=changed)

    def remove(self, row: Skill) -> None:
        skills.delete(row)


class AgentSkillSerializer(WholeRow, SettingSerializer[AgentSkill]):
    """How well an agent has a skill."""

    examples: ClassVar[dict[str, Any]] = {"skill": 1, "level": 3}

    class Meta:
        model = AgentSkill
        exclude = ["id"]


class AgentSettingsSerializer(SettingSerializer[Agent]):
    """A person who works here; the state is for reading."""

    examples: ClassVar[dict[str, Any]] = {
        "email": "alice@acme.example",
        "password": "a long sentence is best",
        "display_name": "Alice",
        "language": "de",
        "idle_code": {"id": 1, "name": "Break"},
    }

    key = KeyField(read_only=True, help_text="The `sender.key` of this person's lines.")
    password = serializers.CharField(write_only=True, required=False, max_length=1000)
    idle_code = NamedSerializer(allow_null=True, read_only=True)
    skills = AgentSkillSerializer(many=True, required=False, source="skill_levels")

    class Meta:
        model = Agent
        read_only_fields = ["state", "state_since"]
        # Uniqueness is said by the service, the same to all.
        extra_kwargs: ClassVar[dict[str, Any]] = {"email": {"validators": []}}


class AgentsViewSet(ConfigurationViewSet[Agent]):
    """The people who work here."""

    permission_classes = [IsAdministrator, ByPersons]
    of_persons: ClassVar[frozenset[str] | None] = frozenset({"password", "role"})
    serializer_class = AgentSettingsSerializer
    queryset = Agent.objects.select_related("idle_code").prefetch_related(
        "teams", "skill_levels"
    )
    filterset_fields: ClassVar[list[str]] = [
        "role",
        "is_active",
        "state",
        "teams",
        "multimedia_profile",
    ]
    ordering_fields: ClassVar[list[str]] = ["id", "display_name", "email"]
    ordering: ClassVar[list[str]] = ["display_name", "id"]
    beside = ("teams", "password", "skill_levels")

    def store(
        self, row: Agent, *, changed: Collection[str] | None, beside: dict[str, Any]
    ) -> Agent:
        by = agent_for_user(self.request.user)
        levels = beside.pop("skill_levels", None)
        if levels is not None:
            levels = [Level(**level) for level in levels]
        return changes.save_agent(
            row, changed=changed, by=by, now=clock.now(), skills=levels, **beside
        )

    def remove(self, row: Agent) -> None:
        people.delete(row, by=agent_for_user(self.request.user), now=clock.now())

    @extend_schema(
        operation_id="agents_second_factor_reset",
        summary="Take away a lost second factor",
        request=None,
        responses={204: OpenApiResponse(description="Taken away.")},
    )
    @action(detail=True, methods=["delete"], url_path="second-factor", of_persons=None)
    def second_factor(self, request: Request, pk: int) -> Response:
        """Let somebody who has lost app and recovery codes sign in without. Where the
        organisation requires a second factor, a new one is set up then."""
        second_factors.reset(self.get_object())
        return Response(status=status.HTTP_204_NO_CONTENT)


class TeamSerializer(SettingSerializer[Team]):
    """People who serve the same queues."""

    examples: ClassVar[dict[str, Any]] = {"name": "Front line"}

    class Meta:
        model = Team


class TeamsViewSet(ConfigurationViewSet[Team]):
    """The teams that serve queues."""

    serializer_class = TeamSerializer
    queryset = Team.objects.all()
    filterset_fields: ClassVar[list[str]] = ["multimedia_profile"]

    def store(
        self, row: Team, *, changed: Collection[str] | None, beside: dict[str, Any]
    ) -> Team:
        return changes.save_team(row, changed=changed, now=clock.now())


class MultimediaProfileSerializer(SettingSerializer[MultimediaProfile]):
    """How many contacts of which channels an agent takes at once."""

    examples: ClassVar[dict[str, Any]] = {"name": "Chat"}

    class Meta:
        model = MultimediaProfile


class MultimediaProfilesViewSet(ConfigurationViewSet[MultimediaProfile]):
    """How many contacts of which channels agents take at once."""

    serializer_class = MultimediaProfileSerializer
    queryset = MultimediaProfile.objects.all()
    filterset_fields: ClassVar[list[str]] = ["blending_mode"]

    def store(
        self,
        row: MultimediaProfile,
        *,
        changed: Collection[str] | None,
        beside: dict[str, Any],
    ) -> MultimediaProfile:
        return changes.save_profile(row, changed=changed)


class IdleCodeSettingsSerializer(SettingSerializer[IdleCode]):
    """A reason for which an agent takes no contacts, such as a break."""

    examples: ClassVar[dict[str, Any]] = {"name": "Break"}

    class Meta:
        model = IdleCode


class IdleCodesViewSet(ConfigurationViewSet[IdleCode]):
    """The reasons for which agents take no contacts."""

    serializer_class = IdleCodeSettingsSerializer
    queryset = IdleCode.objects.all()
    filterset_fields: ClassVar[list[str]] = ["is_active", "is_default"]

    def store(
        self, row: IdleCode, *, changed: Collection[str] | None, beside: dict[str, Any]
    ) -> IdleCode:
        return idle_codes.save(row, changed=changed)

    def remove(self, row: IdleCode) -> None:
        idle_codes.delete(row)
