"""REST: video calls, by the agent and by the customer (contract 3.1, 3.3)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from agents.access import agent_for_user
from contacts import queries
from contacts.access import owned_share_for_agent
from contacts.api.agent import card_or_nothing
from contacts.api.customer import CustomersContactView
from contacts.api.handover import CARD_OR_NOTHING
from contacts.models import CallEnd, Contact
from contacts.serializers import (
    CardInCallSerializer,
    CardSerializer,
    CustomerContactInCallSerializer,
    CustomerContactSerializer,
    IceSerializer,
    TabInput,
)
from contacts.services import calls, ice, video
from core import clock
from core.errors import WrongState

if TYPE_CHECKING:
    from uuid import UUID


def _tab(request: Request) -> str:
    form = TabInput(data=request.data)
    form.is_valid(raise_exception=True)
    return str(form.validated_data.get("tab", ""))


def _ice(contact: Contact, end: CallEnd) -> dict[str, Any]:
    """Return what the end's browser needs for the call that is on."""
    call = calls.current(contact)
    if call is None:  # it has ended this moment
        raise WrongState(video.NO_CALL)
    return dict(
        IceSerializer(
            ice.servers_for(call, end, contact.organisation, clock.now())
        ).data
    )


class VideoView(APIView):
    @extend_schema(
        operation_id="contact_video",
        summary="Start a video call",
        request=TabInput,
        responses=CardInCallSerializer,
    )
    def post(self, request: Request, contact_id: UUID) -> Response:
        """Ring the customer for 60 seconds. The same command again, from the same page,
        changes nothing, and answers with servers that are valid longer."""
        share = owned_share_for_agent(agent_for_user(request.user), contact_id)
        tab = _tab(request)

        share = video.start(share=share, tab=tab, now=clock.now())

        servers = _ice(share.contact, CallEnd.AGENT)
        [card] = queries.cards(pk=share.pk)
        return Response({**CardSerializer(card).data, "ice": servers})


class VideoEndView(APIView):
    @extend_schema(
        operation_id="contact_video_end",
        summary="End the video call",
        request=None,
        responses=CARD_OR_NOTHING,
    )
    def post(self, request: Request, contact_id: UUID) -> Response:
        """Take back a call that rings, or leave a live one; the chat goes on."""
        share = owned_share_for_agent(agent_for_user(request.user), contact_id)
        return card_or_nothing(video.end_by_agent(share=share, now=clock.now()))


class CustomersVideoView(CustomersContactView):
    """Base of what a customer does with a video call."""

    def answer(self, contact: Contact) -> dict[str, Any]:
        contact.refresh_from_db()
        return dict(CustomerContactSerializer(contact).data)


class AcceptVideoView(CustomersVideoView):
    @extend_schema(
        operation_id="chat_video_accept",
        summary="Join the video call",
        request=TabInput,
        responses=CustomerContactInCallSerializer,
    )
    def post(self, request: Request, contact_id: UUID) -> Response:
        """Join. The same command again, from the same page, changes nothing, and
        answers with servers that are valid longer."""
        contact = self.contact(contact_id)
        tab = _tab(request)

        video.accept(contact_id=contact.pk, tab=tab, now=clock.now())

        servers = _ice(contact, CallEnd.CUSTOMER)
        return Response({**self.answer(contact), "ice": servers})


class DeclineVideoView(CustomersVideoView):
    @extend_schema(
        operation_id="chat_video_decline",
        summary="Decline the video call",
        request=None,
        responses=CustomerContactSerializer,
    )
    def post(self, request: Request, contact_id: UUID) -> Response:
        """Decline; the agent is told, and the chat goes on."""
        contact = self.contact(contact_id)
        video.decline(contact_id=contact.pk, now=clock.now())
        return Response(self.answer(contact))


class EndVideoView(CustomersVideoView):
    @extend_schema(
        operation_id="chat_video_end",
        summary="Leave the video call",
        request=None,
        responses=CustomerContactSerializer,
    )
    def post(self, request: Request, contact_id: UUID) -> Response:
        """Leave; the chat goes on."""
        contact = self.contact(contact_id)
        video.end_by_customer(contact_id=contact.pk, now=clock.now())
        return Response(self.answer(contact))
