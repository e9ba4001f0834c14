"""REST: assistants are tried out (contract 3.2)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from agents.access import agent_for_user
from agents.authentication import IsAdministrator
from assistants.access import own_assistant
from assistants.services import trying
from contacts.serializers.messages import MAX_TEXT, SourceSerializer
from core.fields import TextField
from core.strict import StrictSerializer
from queues.models import IntentAction

if TYPE_CHECKING:
    from assistants.services.replies import Reply


class ReplySerializer(serializers.Serializer[Any]):
    """What an assistant would answer."""

    examples: ClassVar[dict[str, Any]] = {
        "intent": "Opening hours",
        "score": 100,
        "reply": "We are open from 9 to 5.",
        "buttons": ["Where are you?"],
    }

    intent = serializers.CharField(
        allow_null=True, help_text="The name of the one that matches; null: a miss."
    )
    score = serializers.IntegerField(
        help_text="100 where every word of a phrase is there, less with slips, 0 for a "
        "miss."
    )
    reply = serializers.CharField()
    action = serializers.ChoiceField(IntentAction.choices)
    buttons = serializers.ListField(child=serializers.CharField())
    sources = SourceSerializer(many=True)


class TryView(APIView):
    permission_classes = [IsAdministrator]

    class Input(StrictSerializer):
        examples: ClassVar[dict[str, Any]] = {"text": "When are you open?"}

        text = TextField(max_length=MAX_TEXT)

    @extend_schema(
        operation_id="assistants_try",
        summary="Try an assistant out",
        request=Input,
        responses=ReplySerializer,
    )
    def post(self, request: Request, assistant_id: int) -> Response:
        """Return what a scripted assistant or a language model would answer to this
        text. Nothing is stored; a question to a model counts among those of the day.
        409 `wrong_state` for a webhook: ask its server."""
        assistant = own_assistant(agent_for_user(request.user), assistant_id)
        form = self.Input(data=request.data)
        form.is_valid(raise_exception=True)

        reply = trying.reply_to(form.validated_data["text"], assistant=assistant)

        return Response(_json(reply))


def _json(reply: Reply) -> dict[str, Any]:
    return {
        "intent": reply.intent,
        "score": reply.score,
        "reply": "\n\n".join(line.text for line in reply.lines),
        "action": reply.action,
        "buttons": [button for line in reply.lines for button in line.buttons],
        "sources": [
            source._asdict() for line in reply.lines for source in line.sources
        ],
    }
