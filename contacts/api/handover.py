"""REST: transfers and conferences (contract 3.1)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from agents.access import agent_for_user
from agents.models import Role
from contacts.access import owned_share_for_agent, share_for_agent, share_for_reader
from contacts.api.agent import GONE, card_or_nothing
from contacts.serializers import CardSerializer
from contacts.services import conferences, shares, targets, transfers
from core import clock
from core.strict import StrictSerializer

if TYPE_CHECKING:
    from uuid import UUID

    from agents.models import Agent
    from contacts.models import Assignment

CARD_OR_NOTHING = {200: CardSerializer, 204: GONE}


class TargetSerializer(serializers.Serializer[Any]):
    """A colleague who can be asked."""

    examples: ClassVar[dict[str, Any]] = {"display_name": "Bob"}

    id = serializers.IntegerField()
    display_name = serializers.CharField()
    role = serializers.ChoiceField(Role.choices)


class QueueTargetSerializer(serializers.Serializer[Any]):
    examples: ClassVar[dict[str, Any]] = {"name": "Support"}

    id = serializers.IntegerField()
    name = serializers.CharField()
    description = serializers.CharField()
    current = serializers.BooleanField(help_text="Shown, but no choice.")


class TransferTargetsSerializer(serializers.Serializer[Any]):
    agents = TargetSerializer(many=True)
    queues = QueueTargetSerializer(many=True)


class ConferenceTargetsSerializer(serializers.Serializer[Any]):
    agents = TargetSerializer(many=True)


def _agents(people: list[Agent]) -> list[dict[str, Any]]:
    return [
        {"id": a.pk, "display_name": a.display_name, "role": a.role} for a in people
    ]


def _owned(request: Request, contact_id: UUID) -> Assignment:
    """Return the share of the agent, who owns the contact now."""
    share = share_for_reader(agent_for_user(request.user), contact_id)
    shares.refuse_unless_owned(share)
    return share


class TransferTargetsView(APIView):
    refusals = ("409",)

    @extend_schema(
        operation_id="contact_transfer_targets",
        summary="Where the chat can be transferred to",
        responses=TransferTargetsSerializer,
    )
    def get(self, request: Request, contact_id: UUID) -> Response:
        """Return the free agents of the own teams who serve the queue, and the active
        queues of the organisation."""
        share = _owned(request, contact_id)
        free = targets.free_agents(share.contact, now=clock.now())
        mates = targets.among(targets.team_mates(share), free)
        queues = [
            {
                "id": queue.pk,
                "name": queue.name,
                "description": queue.description,
                "current": queue.pk == share.queue_id,
            }
            for queue in targets.other_queues(share.contact)
        ]
        return Response({"agents": _agents(mates), "queues": queues})


class ConferenceTargetsView(APIView):
    refusals = ("409",)

    @extend_schema(
        operation_id="contact_conference_targets",
        summary="Who can be asked to join",
        responses=ConferenceTargetsSerializer,
    )
    def get(self, request: Request, contact_id: UUID) -> Response:
        """Return the free agents of the contact's queue."""
        share = _owned(request, contact_id)
        free = targets.free_agents(share.contact, now=clock.now())
        people = targets.among(targets.colleagues(share), free)
        return Response({"agents": _agents(people)})


class TransferView(APIView):
    class Input(StrictSerializer):
        destination_type = serializers.ChoiceField(["agent", "queue"])
        to = serializers.IntegerField(min_value=1)
        note = serializers.CharField(max_length=8000, required=False, allow_blank=True)

    @extend_schema(
        operation_id="contact_transfer",
        summary="Transfer the chat",
        request=Input,
        responses=CARD_OR_NOTHING,
    )
    def post(self, request: Request, contact_id: UUID) -> Response:
        """Give the chat to a colleague or to another queue, and begin the wrap-up."""
        share = owned_share_for_agent(agent_for_user(request.user), contact_id)
        form = self.Input(data=request.data)
        form.is_valid(raise_exception=True)
        values = form.validated_data
        note, now = values.get("note", ""), clock.now()

        if values["destination_type"] == "agent":
            share = transfers.to_agent(
                share=share, agent_id=values["to"], note=note, now=now
            )
        else:
            share = transfers.to_queue(
                share=share, queue_id=values["to"], note=note, now=now
            )

        return card_or_nothing(share)


class ConferenceView(APIView):
    class Input(StrictSerializer):
        agent = serializers.IntegerField(min_value=1)
        note = serializers.CharField(max_length=8000, required=False, allow_blank=True)

    @extend_schema(
        operation_id="contact_conference",
        summary="Ask a colleague to join",
        request=Input,
        responses=CARD_OR_NOTHING,
    )
    def post(self, request: Request, contact_id: UUID) -> Response:
        """Send a conference request; who does not accept is followed by the next."""
        share = owned_share_for_agent(agent_for_user(request.user), contact_id)
        form = self.Input(data=request.data)
        form.is_valid(raise_exception=True)

        share = conferences.invite(
            share=share,
            agent_id=form.validated_data["agent"],
            note=form.validated_data.get("note", ""),
            now=clock.now(),
        )

        return card_or_nothing(share)


class ConferenceCancelView(APIView):
    @extend_schema(
        operation_id="contact_conference_cancel",
        summary="Take the conference request back",
        request=None,
        responses=CARD_OR_NOTHING,
    )
    def post(self, request: Request, contact_id: UUID) -> Response:
        """Take the request back before it is accepted."""
        share = share_for_agent(agent_for_user(request.user), contact_id)
        return card_or_nothing(conferences.cancel(share=share, now=clock.now()))


class ConferenceDropView(APIView):
    @extend_schema(
        operation_id="contact_conference_drop",
        summary="Let the consulted agent go",
        request=None,
        responses=CARD_OR_NOTHING,
    )
    def post(self, request: Request, contact_id: UUID) -> Response:
        """Drop the consulted agent; the chat goes on."""
        share = share_for_agent(agent_for_user(request.user), contact_id)
        return card_or_nothing(conferences.drop(share=share, now=clock.now()))


class ConferenceEndView(APIView):
    @extend_schema(
        operation_id="contact_conference_end",
        summary="End the conference and the chat",
        request=None,
        responses=CARD_OR_NOTHING,
    )
    def post(self, request: Request, contact_id: UUID) -> Response:
        """Drop the customer and the consulted agent, and begin the wrap-up."""
        share = share_for_agent(agent_for_user(request.user), contact_id)
        return card_or_nothing(conferences.end(share=share, now=clock.now()))


class ConferenceExitView(APIView):
    @extend_schema(
        operation_id="contact_conference_exit",
        summary="Leave the conference as the consulted agent",
        request=None,
        responses={204: GONE},
    )
    def post(self, request: Request, contact_id: UUID) -> Response:
        """Leave; the chat goes on between the owner and the customer."""
        share = share_for_agent(agent_for_user(request.user), contact_id)
        conferences.exit_(share=share, now=clock.now())
        return Response(status=status.HTTP_204_NO_CONTENT)
