"""REST: figures from what happened (contract 3.6)."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from agents.access import agent_for_user
from agents.authentication import IsOverseer
from reports import asking, reading
from reports.answers import Interval, Name
from reports.serializers import AnswerSerializer, shown


class QuestionSerializer(serializers.Serializer[Any]):
    """What a report is asked, as the API's description has it."""

    since = serializers.CharField(
        required=False,
        help_text="A day, or a time at which a quarter of an hour begins, in the "
        "organisation's zone unless it has an offset. Today, if there is none.",
    )
    until = serializers.CharField(
        required=False,
        help_text="A day, which is meant with all of it, or a time, which is not.",
    )
    interval = serializers.ChoiceField(
        [*Interval],
        required=False,
        help_text="How long each row is; days and weeks are the organisation's.",
    )
    queue = serializers.IntegerField(required=False, help_text="Of this queue alone.")
    team = serializers.IntegerField(
        required=False, help_text="Of this team's queues or agents alone."
    )
    agent = serializers.IntegerField(required=False, help_text="Of this agent alone.")


class ReportView(APIView):
    permission_classes = [IsOverseer]

    @extend_schema(
        operation_id="report",
        summary="A report",
        parameters=[QuestionSerializer],
        responses=AnswerSerializer,
    )
    def get(self, request: Request, name: Name) -> Response:
        """Return the figures of a report by interval and subject: of the own teams
        (supervisors) or of the organisation (administrators)."""
        viewer = agent_for_user(request.user)
        question = asking.parse(viewer, name, request.query_params.dict())
        answer = reading.answer(viewer, question)
        return Response(AnswerSerializer(shown(answer)).data)
