"""REST: the floor as it is now (contract 3.6)."""

from __future__ import annotations

from typing import Any

from django import forms
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from agents.access import agent_for_user
from agents.authentication import IsOverseer
from core.filters import MAX_ID
from supervision import lookout
from supervision.board import shown, sight_of
from supervision.serializers import FloorSerializer

NOBODYS = 0  # the id of no row


class Narrowed(forms.Form):
    """What the floor is narrowed to. An id that is unknown, impossible or another
    organisation's matches nothing."""

    team = forms.DecimalField(required=False)
    queue = forms.DecimalField(required=False)

    @property
    def ids(self) -> dict[str, int | None]:
        return {name: self._id(name) for name in self.fields}

    def _id(self, name: str) -> int | None:
        value = self.cleaned_data[name]
        if value is None:
            return None
        return int(value) if 1 <= value <= MAX_ID and value % 1 == 0 else NOBODYS


def _narrower(name: str, description: str) -> OpenApiParameter:
    return OpenApiParameter(name, OpenApiTypes.INT64, description=description)


class FloorView(APIView):
    permission_classes = [IsOverseer]

    @extend_schema(
        operation_id="floor",
        summary="The floor now",
        parameters=[
            _narrower("team", "Of this team's agents and queues alone."),
            _narrower("queue", "Of this queue and of who serves it alone."),
        ],
        responses=FloorSerializer,
    )
    def get(self, request: Request) -> Response:
        """Return queues, agents and requests for help: of the own teams (supervisors)
        or of the organisation (administrators)."""
        viewer = agent_for_user(request.user)
        form = Narrowed(request.query_params)
        if not form.is_valid():
            raise serializers.ValidationError(
                {name: [*map(str, each)] for name, each in form.errors.items()}
            )
        assert viewer.organisation_id is not None
        board = lookout.board_of(viewer.organisation_id)
        floor: dict[str, Any] = shown(board, sight_of(viewer, **form.ids))
        late = lookout.moment(board.now)
        return Response({"now": board.now, **late, **floor})
