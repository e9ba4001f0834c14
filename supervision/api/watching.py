"""REST: to watch, whisper, barge in and take over (contract 3.6)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from agents.access import agent_for_user
from contacts import queries
from contacts.models import WatchMode
from contacts.serializers import (
    CardSerializer,
    NoteInput,
    WhisperSerializer,
    notes_json,
)
from core import clock
from core.strict import StrictSerializer
from supervision.access import (
    contact_for_overseer,
    contact_for_whispers,
    owner_of,
)
from supervision.api.people import ReasonInput
from supervision.services import joining, watching

if TYPE_CHECKING:
    from uuid import UUID

    from contacts.models import Assignment


CARD = {200: CardSerializer, 204: OpenApiResponse(description="You have left again.")}


class WatchView(APIView):
    """To follow a conversation without a part in it."""

    class Input(StrictSerializer):
        examples: ClassVar[dict[str, Any]] = {"mode": "monitor"}

        mode = serializers.ChoiceField(WatchMode.choices)

    class WatchSerializer(serializers.Serializer[Any]):
        mode = serializers.ChoiceField(WatchMode.choices)

    @extend_schema(
        operation_id="contact_watch",
        summary="Watch a conversation",
        request=Input,
        responses=WatchSerializer,
    )
    def post(self, request: Request, contact_id: UUID) -> Response:
        """Read along at the desk; again with another mode changes it. One person
        watches a contact; it takes no slot."""
        overseer = agent_for_user(request.user)
        contact = contact_for_overseer(overseer, contact_id)
        form = self.Input(data=request.data)
        form.is_valid(raise_exception=True)

        watch = watching.watch(
            contact_id=contact.pk,
            actor=overseer,
            mode=WatchMode(form.validated_data["mode"]),
            now=clock.now(),
        )

        return Response(self.WatchSerializer(watch).data)

    @extend_schema(
        operation_id="contact_watch_end",
        summary="Watch no longer",
        request=None,
        responses={204: OpenApiResponse(description="You do not watch it.")},
    )
    def delete(self, request: Request, contact_id: UUID) -> Response:
        """Stop watching; harmless where one does not watch."""
        overseer = agent_for_user(request.user)
        contact = contact_for_overseer(overseer, contact_id)
        watching.stop(contact_id=contact.pk, actor=overseer, now=clock.now())
        return Response(status=status.HTTP_204_NO_CONTENT)


class WhispersView(APIView):
    """What a watcher tells the agents of a contact."""

    @extend_schema(
        operation_id="contact_whispers",
        summary="What was whispered",
        responses=WhisperSerializer(many=True),
    )
    def get(self, request: Request, contact_id: UUID) -> Response:
        """Return the whispers of a contact, oldest first, to its agents and to who
        watches it."""
        contact = contact_for_whispers(agent_for_user(request.user), contact_id)
        return Response(notes_json(contact.whispers.order_by("pk")))

    @extend_schema(
        operation_id="contact_whisper",
        summary="Tell the agents something",
        request=NoteInput,
        responses={
            201: WhisperSerializer,
            200: OpenApiResponse(WhisperSerializer, description="Stored before."),
        },
    )
    def post(self, request: Request, contact_id: UUID) -> Response:
        """Tell the agents something that the customer never sees; who only watched
        whispers from then on. A repeated `client_id` answers what was stored before."""
        overseer = agent_for_user(request.user)
        contact = contact_for_overseer(overseer, contact_id)
        form = NoteInput(data=request.data)
        form.is_valid(raise_exception=True)

        whisper, is_new = watching.whisper(
            contact_id=contact.pk,
            actor=overseer,
            now=clock.now(),
            **form.validated_data,
        )

        code = status.HTTP_201_CREATED if is_new else status.HTTP_200_OK
        return Response(WhisperSerializer(whisper).data, status=code)


class BargeView(APIView):
    refusals = ("409",)

    @extend_schema(
        operation_id="contact_barge",
        summary="Join without being asked",
        request=None,
        responses=CARD,
    )
    def post(self, request: Request, contact_id: UUID) -> Response:
        """Talk with the customer beside the agent, as a consulted colleague does; no
        free slot is needed."""
        overseer = agent_for_user(request.user)
        contact = contact_for_overseer(overseer, contact_id)
        share = joining.barge(contact_id=contact.pk, actor=overseer, now=clock.now())
        return _card(share)


class TakeOverView(APIView):
    @extend_schema(
        operation_id="contact_take_over",
        summary="Take a conversation from its agent",
        request=ReasonInput,
        responses=CARD,
    )
    def post(self, request: Request, contact_id: UUID) -> Response:
        """Become the owner at once; the agent has left, without a wrap-up."""
        overseer = agent_for_user(request.user)
        contact = contact_for_overseer(overseer, contact_id)
        form = ReasonInput(data=request.data)
        form.is_valid(raise_exception=True)

        share = joining.take_over(
            contact_id=contact.pk,
            actor=overseer,
            owner_id=owner_of(contact),
            reason=form.validated_data["reason"],
            now=clock.now(),
        )

        return _card(share)


def _card(share: Assignment) -> Response:
    """Answer the card of a share, which may have ended meanwhile: 204."""
    cards = queries.cards(pk=share.pk)
    if not cards:
        return Response(status=status.HTTP_204_NO_CONTENT)
    return Response(CardSerializer(cards[0]).data)
