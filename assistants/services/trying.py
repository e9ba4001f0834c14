"""Trying an assistant out, beside its settings: nothing is stored."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext

from assistants.services import language_models, replies
from core.errors import WrongState
from queues.models import AssistantKind

if TYPE_CHECKING:
    from assistants.services.replies import Reply
    from queues.models import Assistant


def reply_to(said: str, *, assistant: Assistant) -> Reply:
    """Return what the assistant would answer to this text. Raise WrongState for a
    webhook, whose server is asked with a conversation."""
    if assistant.kind == AssistantKind.WEBHOOK:
        raise WrongState(gettext("A webhook cannot be tried out here: ask its server."))
    if assistant.kind == AssistantKind.LLM:
        return language_models.try_out(said, assistant=assistant)
    return replies.reply_to(said, assistant=assistant)
