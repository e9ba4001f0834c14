"""REST: figures from what happened (contract 3.6)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http.response import HttpResponseBase
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from agents.access import agent_for_user
from agents.authentication import IsOverseer
from core.streaming import stream
from reports import asking, reading, rows
from reports.answers import Interval, Name
from reports.serializers import AnswerSerializer, shown

if TYPE_CHECKING:
    from agents.models import Agent
    from reports.answers import Question


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
    export = serializers.ChoiceField(
        [asking.FILE], required=False, help_text="The rows as a file, streamed."
    )


class ReportView(APIView):
    permission_classes = [IsOverseer]

    @extend_schema(
        operation_id="report",
        summary="A report",
        parameters=[QuestionSerializer],
        responses=AnswerSerializer,
    )
    def get(self, request: Request, name: Name) -> HttpResponseBase:
        """Return the figures of a report by interval and subject: of the own teams
        (supervisors) or of the organisation (administrators)."""
        viewer = agent_for_user(request.user)
        question = asking.parse(viewer, name, request.query_params.dict())
        if request.query_params.get("export"):
            return _file(request, viewer, question)
        answer = reading.answer(viewer, question)
        return Response(AnswerSerializer(shown(answer)).data)


def _file(request: Request, viewer: Agent, question: Question) -> HttpResponseBase:
    parts = rows.csv_lines(viewer, question)
    answer = stream(request._request, parts, content_type="text/csv; charset=utf-8")
    name = f"{question.name}-{question.since:%Y-%m-%d}.csv"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
