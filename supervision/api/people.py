"""REST: what supervisors, administrators and integrations do (contract 3.1)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from agents.access import agent_for_user, people_of
from agents.authentication import IsOverseer
from agents.models import AgentState, Role
from agents.serializers import AgentSerializer, NamedSerializer
from contacts import queries
from contacts.serializers import ContactSerializer, SomebodySerializer
from core import clock
from core.strict import StrictSerializer
from queues.routing import WhyNot
from supervision import explaining
from supervision.access import contact_for_overseer, person_for_overseer
from supervision.queries import Load, loads_of
from supervision.services import people, stuck
from supervision.services.stuck import MAX_REASON

if TYPE_CHECKING:
    from uuid import UUID


class ReasonInput(StrictSerializer):
    """Whoever acts in place of others says why."""

    examples: ClassVar[dict[str, Any]] = {"reason": "The agent's line is down."}

    reason = serializers.CharField(max_length=MAX_REASON)


class PersonSerializer(serializers.Serializer[Load]):
    """A colleague with the state they are in, and what they have in hand."""

    examples: ClassVar[dict[str, Any]] = {
        "display_name": "Alice",
        "idle_code": {"id": 1, "name": "Break"},
        "live": {"voice": 0, "chat": 1, "email": 0, "social": 0},
        "slots": {"voice": 0, "chat": 3, "email": 0, "social": 0},
    }

    id = serializers.IntegerField(source="person.id")
    display_name = serializers.CharField(source="person.display_name")
    role = serializers.ChoiceField(Role.choices, source="person.role")
    state = serializers.ChoiceField(AgentState.choices, source="person.state")
    idle_code = NamedSerializer(source="person.idle_code", allow_null=True)
    state_since = serializers.DateTimeField(source="person.state_since")
    live = serializers.DictField(
        child=serializers.IntegerField(), help_text="Contacts in hand, per channel."
    )
    slots = serializers.DictField(
        child=serializers.IntegerField(), help_text="Contacts at once, per channel."
    )


class PeopleView(APIView):
    permission_classes = [IsOverseer]

    @extend_schema(
        operation_id="people",
        summary="Who works now",
        responses=PersonSerializer(many=True),
    )
    def get(self, request: Request) -> Response:
        """Return the agents of the own teams (supervisors) or of the organisation
        (administrators), by name."""
        overseen = loads_of(people_of(agent_for_user(request.user)))
        return Response([PersonSerializer(load).data for load in overseen])


class PersonStateView(APIView):
    permission_classes = [IsOverseer]

    class Input(ReasonInput):
        state = serializers.ChoiceField(
            [AgentState.AVAILABLE.value, AgentState.IDLE.value]
        )
        idle_code = serializers.IntegerField(required=False, allow_null=True)

    @extend_schema(
        operation_id="person_state",
        summary="Change an agent's state",
        request=Input,
        responses=AgentSerializer,
    )
    def put(self, request: Request, agent_id: int) -> Response:
        """Change the state of an agent who is signed in; the reason is logged."""
        overseer = agent_for_user(request.user)
        person = person_for_overseer(overseer, agent_id)
        form = self.Input(data=request.data)
        form.is_valid(raise_exception=True)

        person = people.set_state_of(
            agent=person,
            actor=overseer,
            state=form.validated_data["state"],
            idle_code_id=form.validated_data.get("idle_code"),
            reason=form.validated_data["reason"],
            now=clock.now(),
        )

        return Response(AgentSerializer(person).data)


class RequeueView(APIView):
    class Input(ReasonInput):
        queue = serializers.IntegerField(required=False, allow_null=True)

    @extend_schema(
        operation_id="contact_requeue",
        summary="Put a stuck contact back in a queue",
        request=Input,
        responses=ContactSerializer,
    )
    def post(self, request: Request, contact_id: UUID) -> Response:
        """Take a contact from its agents and put it into its queue or another one."""
        overseer = agent_for_user(request.user)
        contact = contact_for_overseer(overseer, contact_id)
        form = self.Input(data=request.data)
        form.is_valid(raise_exception=True)

        stuck.requeue(
            contact_id=contact.pk,
            actor=overseer,
            reason=form.validated_data["reason"],
            queue_id=form.validated_data.get("queue"),
            now=clock.now(),
        )

        return Response(ContactSerializer(queries.shown(contact.pk)).data)


class CloseView(APIView):
    @extend_schema(
        operation_id="contact_close",
        summary="Close a stuck contact",
        request=ReasonInput,
        responses=ContactSerializer,
    )
    def post(self, request: Request, contact_id: UUID) -> Response:
        """End a contact for everybody."""
        overseer = agent_for_user(request.user)
        contact = contact_for_overseer(overseer, contact_id)
        form = ReasonInput(data=request.data)
        form.is_valid(raise_exception=True)

        stuck.close(
            contact_id=contact.pk,
            actor=overseer,
            reason=form.validated_data["reason"],
            now=clock.now(),
        )

        return Response(ContactSerializer(queries.shown(contact.pk)).data)


class ReasonSerializer(serializers.Serializer[Any]):
    """Why an agent got a contact, or why not (yet)."""

    agent = SomebodySerializer()
    chosen = serializers.BooleanField()
    why_not = serializers.ChoiceField(
        [reason.value for reason in WhyNot], allow_null=True
    )
    detail = serializers.CharField(help_text="A sentence for people.")


class AskedNowSerializer(serializers.Serializer[Any]):
    """A skill that a waiting contact asks agents for now."""

    examples: ClassVar[dict[str, Any]] = {
        "skill": {"id": 1, "name": "German"},
        "level": 3,
        "relaxes_in": 12,
    }

    skill = NamedSerializer()
    level = serializers.IntegerField(help_text="The lowest that will do now, 1-5.")
    relaxes_in = serializers.IntegerField(
        allow_null=True, help_text="Seconds until one level less will do; null: never."
    )


class RoutingSerializer(serializers.Serializer[Any]):
    """The routing of a contact, explained."""

    state = serializers.CharField()
    summary = serializers.CharField(help_text="A sentence for people.")
    decided_at = serializers.DateTimeField(allow_null=True)
    skills = AskedNowSerializer(
        many=True, help_text="What it asks for while it waits; else empty."
    )
    agents = ReasonSerializer(many=True)


class RoutingView(APIView):
    @extend_schema(
        operation_id="contact_routing",
        summary="Why this agent, or why nobody yet",
        responses=RoutingSerializer,
    )
    def get(self, request: Request, contact_id: UUID) -> Response:
        """Explain the routing: as it is now for a waiting contact, else as it was
        decided."""
        contact = contact_for_overseer(agent_for_user(request.user), contact_id)
        answer = explaining.explain(contact, now=clock.now())
        return Response(RoutingSerializer(answer).data)
