"""REST: the floor as it is now (contract 3.6)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from drf_spectacular.utils import extend_schema
from rest_framework import generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from agents.access import agent_for_user
from agents.authentication import IsOverseer
from contacts import queries
from contacts.access import contacts_of
from contacts.models import Contact
from contacts.serializers import ContactSerializer
from core import clock
from core.filters import MAX_ID
from queues.access import queues_of
from supervision import lookout, survey
from supervision.behind import NUMBERS, counted_in
from supervision.board import shown, sight_of
from supervision.narrowing import Narrowed
from supervision.serializers import FloorSerializer
from supervision.survey import SPANS

if TYPE_CHECKING:
    from django.db.models import QuerySet


class NarrowedSerializer(serializers.Serializer[Any]):
    """What the floor is narrowed to, as the API's description has it."""

    team = serializers.IntegerField(
        required=False, help_text="Of this team's agents and queues alone."
    )
    queue = serializers.IntegerField(
        required=False, help_text="Of this queue and of who serves it alone."
    )


class FloorView(APIView):
    permission_classes = [IsOverseer]

    @extend_schema(
        operation_id="floor",
        summary="The floor now",
        parameters=[NarrowedSerializer],
        responses=FloorSerializer,
    )
    def get(self, request: Request) -> Response:
        """Return queues, agents and requests for help: of the own teams (supervisors)
        or of the organisation (administrators)."""
        viewer = agent_for_user(request.user)
        form = Narrowed(request.query_params)
        if not form.is_valid():
            raise serializers.ValidationError(form.mistakes)
        assert viewer.organisation_id is not None
        board = lookout.board_of(viewer.organisation_id)
        floor: dict[str, Any] = shown(board, sight_of(viewer, **form.ids))
        late = lookout.moment(board.now)
        return Response({"now": board.now, **late, **floor})


class CountedView(generics.ListAPIView[Contact]):
    """The contacts behind a number of the floor."""

    permission_classes = [IsOverseer]
    serializer_class = ContactSerializer
    queryset = Contact.objects.none()
    filter_backends = ()

    class Input(serializers.Serializer[Any]):
        queue = serializers.IntegerField(min_value=1, max_value=MAX_ID)
        number = serializers.ChoiceField(NUMBERS)
        span = serializers.ChoiceField(SPANS, default="today")

    @extend_schema(
        operation_id="floor_contacts",
        summary="The contacts behind a number of the floor",
        parameters=[Input],
    )
    def get(self, request: Request) -> Response:
        """Return whom a number of a queue counts, newest first; of an average, what it
        is of. Of a queue that is unknown, or not theirs to see, there is nobody."""
        return self.list(request)

    def get_queryset(self) -> QuerySet[Contact]:
        viewer = agent_for_user(self.request.user)
        form = self.Input(data=self.request.query_params)
        form.is_valid(raise_exception=True)
        asked = form.validated_data
        organisation = viewer.organisation
        assert organisation is not None
        found = counted_in(
            asked["number"],
            contacts_of(viewer),
            queue_id=asked["queue"],
            start=survey.spans_of(organisation, now=clock.now())[asked["span"]],
        )
        if not queues_of(viewer).filter(pk=asked["queue"]).exists():
            found = found.none()
        return queries.with_shares(found).order_by("-opened_at", "-pk")
