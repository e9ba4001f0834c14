from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from assistants import golden
from assistants.golden import Verdict
from assistants.services import language_models
from queues.models import AssistantKind, EntryPoint

if TYPE_CHECKING:
    from queues.models import Assistant

POINT = "acme-help"


class Command(BaseCommand):
    help = (
        "Ask the language model of PARLEY_LLM_URL questions about the demo's articles, "
        "and say how many it answers right, hands over right, and invents."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        assistant = _assistant()
        verdicts: Counter[Verdict] = Counter()
        for question in golden.QUESTIONS:
            reply = language_models.try_out(question.text, assistant=assistant)
            verdict = golden.judge(question, reply)
            verdicts[verdict] += 1
            said = " ".join(line.text for line in reply.lines)
            self.stdout.write(f"{verdict}: {question.text} {said}".rstrip())
        self.stdout.write("")
        for verdict in Verdict:
            self.stdout.write(f"{verdicts[verdict]:>3} {verdict}")


def _assistant() -> Assistant:
    """Return the demo's assistant, as the environment says; nothing of it is stored."""
    points = EntryPoint.objects.select_related("assistant").filter(key=POINT)
    assistant = next((point.assistant for point in points if point.assistant), None)
    if assistant is None or assistant.kind != AssistantKind.LLM:
        raise CommandError("Load the demo first: manage.py demo")
    if not settings.LLM_URL:
        raise CommandError("Name a server: PARLEY_LLM_URL, and PARLEY_LLM_MODEL.")
    assistant.base_url = settings.LLM_URL
    assistant.model = settings.LLM_MODEL or assistant.model
    assistant.api_key = settings.LLM_KEY
    assistant.daily_requests = None
    return assistant
