"""REST: what one has done today."""

from __future__ import annotations

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from agents.access import agent_for_user
from contacts import queries
from core import clock


class StatesSerializer(serializers.Serializer[Any]):
    """Seconds in each state, signed in."""

    idle = serializers.IntegerField()
    available = serializers.IntegerField()
    rona = serializers.IntegerField()


class OwnSkillSerializer(serializers.Serializer[Any]):
    """A skill that one has, by which contacts that ask for it are routed."""

    examples: ClassVar[dict[str, Any]] = {"name": "German", "level": 3}

    name = serializers.CharField(source="skill.name")
    level = serializers.IntegerField(help_text="From 1 (a little) to 5 (an expert).")


class OwnFiguresSerializer(serializers.Serializer[Any]):
    """One's own figures since the day began where the organisation is."""

    examples: ClassVar[dict[str, Any]] = {
        "chats": 12,
        "first_response_seconds": 24,
        "rating": 4.5,
    }

    since = serializers.DateTimeField()
    chats = serializers.IntegerField(help_text="Chats that one has come into.")
    first_response_seconds = serializers.IntegerField(
        allow_null=True,
        help_text="From coming into a chat to one's first line, on average.",
    )
    rating = serializers.FloatField(
        allow_null=True, help_text="Of those chats that customers have rated, 1-5."
    )
    states = StatesSerializer()
    skills = OwnSkillSerializer(many=True)


class OwnFiguresView(APIView):
    @extend_schema(
        operation_id="me_figures",
        summary="One's own figures of today",
        responses=OwnFiguresSerializer,
    )
    def get(self, request: Request) -> Response:
        """Return today's chats, average first response, rating, and time in states;
        and one's skills."""
        agent = agent_for_user(request.user)
        figures = queries.own_figures(agent, now=clock.now())
        return Response(OwnFiguresSerializer(figures).data)
