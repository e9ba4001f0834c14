"""REST: an agent asks those who oversee for help (contract 3.6)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from agents.access import agent_for_user
from contacts.access import share_for_agent
from contacts.services import help_requests
from core import clock
from core.fields import TextField
from core.strict import StrictSerializer

if TYPE_CHECKING:
    from uuid import UUID

MAX_WORDS = 200  # characters


class HelpView(APIView):
    """What an agent asks those who oversee."""

    class Input(StrictSerializer):
        examples: ClassVar[dict[str, Any]] = {"text": "A question about an invoice"}

        text = TextField(
            max_length=MAX_WORDS, required=False, default="", allow_blank=True
        )

    @extend_schema(
        operation_id="contact_help",
        summary="Ask for help",
        request=Input,
        responses={204: OpenApiResponse(description="Asked.")},
    )
    def post(self, request: Request, contact_id: UUID) -> Response:
        """Ask a supervisor to look at a contact in hand; it shows on the floor until
        one watches or joins, or the request is taken back."""
        share = share_for_agent(agent_for_user(request.user), contact_id)
        form = self.Input(data=request.data)
        form.is_valid(raise_exception=True)

        help_requests.ask(
            share=share, text=form.validated_data["text"], now=clock.now()
        )

        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(
        operation_id="contact_help_end",
        summary="Need no help any more",
        request=None,
        responses={204: OpenApiResponse(description="Taken back.")},
    )
    def delete(self, request: Request, contact_id: UUID) -> Response:
        """Take the request back; harmless where there is none."""
        share = share_for_agent(agent_for_user(request.user), contact_id)
        help_requests.take_back(share=share, now=clock.now())
        return Response(status=status.HTTP_204_NO_CONTENT)
