"""REST: wrapping up (contract 3.1)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from agents.access import agent_for_user
from contacts.access import owned_share_for_agent, share_for_reader
from core import clock
from core.strict import StrictSerializer
from wrapup import queries
from wrapup.serializers import WrapUpChoiceSerializer
from wrapup.services import wrapups

if TYPE_CHECKING:
    from uuid import UUID


class NoteInput(StrictSerializer):
    """What the agent writes about the conversation."""

    note = serializers.CharField(max_length=8000, allow_blank=True)


class WrapUpView(APIView):
    class Input(StrictSerializer):
        wrapup_code = serializers.IntegerField()
        note = serializers.CharField(max_length=8000, required=False, allow_blank=True)

    @extend_schema(
        operation_id="contact_wrap_up",
        summary="Choose the wrap-up reason",
        request=Input,
        responses={204: OpenApiResponse(description="The agent's share is finished.")},
    )
    def post(self, request: Request, contact_id: UUID) -> Response:
        """Finish the agent's share of an ended chat with a reason."""
        share = owned_share_for_agent(agent_for_user(request.user), contact_id)
        form = self.Input(data=request.data)
        form.is_valid(raise_exception=True)

        wrapups.complete(
            share=share,
            wrapup_code_id=form.validated_data["wrapup_code"],
            note=form.validated_data.get("note"),
            now=clock.now(),
        )

        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(
        operation_id="contact_wrap_up_note",
        summary="Keep the wrap-up note while it is written",
        request=NoteInput,
        responses={204: OpenApiResponse(description="The note is stored.")},
    )
    def patch(self, request: Request, contact_id: UUID) -> Response:
        """Keep the note of the agent's wrap-up: what finishes it takes it over."""
        share = owned_share_for_agent(agent_for_user(request.user), contact_id)
        form = NoteInput(data=request.data)
        form.is_valid(raise_exception=True)

        wrapups.keep_note(share=share, note=form.validated_data["note"])

        return Response(status=status.HTTP_204_NO_CONTENT)


class MoreTimeView(APIView):
    @extend_schema(
        operation_id="contact_wrap_up_more_time",
        summary="More time before the wrap-up ends by itself",
        request=None,
        responses={204: OpenApiResponse(description="The time starts anew.")},
    )
    def post(self, request: Request, contact_id: UUID) -> Response:
        """Start the time of the agent's wrap-up anew; the card says until when."""
        share = owned_share_for_agent(agent_for_user(request.user), contact_id)

        wrapups.extend(share=share, now=clock.now())

        return Response(status=status.HTTP_204_NO_CONTENT)


class WrapUpCodesView(APIView):
    refusals = ("409",)

    @extend_schema(
        operation_id="contact_wrapup_codes",
        summary="The reasons to choose from",
        responses=WrapUpChoiceSerializer(many=True),
    )
    def get(self, request: Request, contact_id: UUID) -> Response:
        """Return the active reasons of the queue in which the agent had the contact."""
        share = share_for_reader(agent_for_user(request.user), contact_id)
        choices = queries.codes_for(share)
        return Response(WrapUpChoiceSerializer(choices, many=True).data)
