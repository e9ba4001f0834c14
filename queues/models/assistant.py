from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.core.validators import (
    MaxLengthValidator,
    MaxValueValidator,
    MinValueValidator,
)
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agents.models import Audited, Folding, Organisation
from core import text
from core.encryption import EncryptedField
from core.folding import FoldedText
from queues.models.queue import Queue

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django_stubs_ext import StrOrPromise

    from queues.models.asked_skill import Ask

MAX_PHRASE = 200  # characters
MAX_BUTTONS = 10
MAX_BUTTON = 80  # characters


class AssistantKind(models.TextChoices):
    SCRIPTED = "scripted", _("Scripted")
    WEBHOOK = "webhook", _("Webhook")
    LLM = "llm", _("Language model")


class IntentAction(models.TextChoices):
    REPLY = "reply", _("Reply")
    ESCALATE = "escalate", _("Reply, then hand over to a person")
    END = "end", _("Reply, then end the chat")


def validate_phrases(phrases: Any) -> None:
    """Refuse what is not a list of texts of 1-200 characters."""
    if not isinstance(phrases, list):
        raise ValidationError(gettext("Give a list of phrases."))
    for phrase in phrases:
        if not isinstance(phrase, str) or not 1 <= len(phrase.strip()) <= MAX_PHRASE:
            raise ValidationError(gettext("A phrase has 1-200 characters."))


def validate_buttons(buttons: Any) -> None:
    """Refuse what is not a list of at most 10 different texts of 1-80 characters."""
    if not isinstance(buttons, list) or len(buttons) > MAX_BUTTONS:
        message = gettext("Give a list of at most %(max_buttons)s buttons.") % {
            "max_buttons": MAX_BUTTONS
        }
        raise ValidationError(message)
    for button in buttons:
        if not isinstance(button, str) or not is_button(button):
            raise ValidationError(gettext("A button has 1-80 characters on one line."))
    if len(set(buttons)) != len(buttons):
        raise ValidationError(gettext("Two buttons have the same text."))


def is_button(button: str) -> bool:
    """Whether a click can say this: a short text that is seen, on one line."""
    return len(button) <= MAX_BUTTON and button == text.one_line(button) != ""


def validate_key(key: str) -> None:
    """Refuse what cannot stand in a header."""
    if not key.isascii() or not key.isprintable() or " " in key:
        raise ValidationError(
            gettext("A key has letters, digits and signs, and no spaces.")
        )


def is_web_address(address: str) -> bool:
    """Whether it is empty, or begins as an address of the web does."""
    scheme = address.partition(":")[0].lower()
    return not address or scheme in {"http", "https"}


# What an assistant of a kind cannot do without.
NEEDED: dict[str, dict[str, StrOrPromise]] = {
    AssistantKind.WEBHOOK: {
        "webhook_url": _("A webhook assistant needs the address to ask."),
    },
    AssistantKind.LLM: {
        "base_url": _("A language model needs the address of its server."),
        "model": _("A language model needs its name."),
    },
}


class Assistant(Folding, Audited):
    """A virtual assistant that answers before people do."""

    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="assistants"
    )
    name = models.CharField(max_length=100, help_text=_("The name customers see."))
    kind = models.CharField(
        max_length=10,
        choices=AssistantKind.choices,
        default=AssistantKind.SCRIPTED,
        help_text=_(
            "Scripted: answers by the intents below. Webhook: asks a server of "
            "yours for every answer. Language model: answers from your published "
            "articles."
        ),
    )
    greeting = models.TextField(
        blank=True,
        max_length=8000,
        help_text=_(
            "Said first. Empty: nothing; a language model says that it is an "
            "automated assistant."
        ),
    )
    fallback = models.TextField(
        blank=True, max_length=8000, help_text=_("Said when nothing matches.")
    )
    max_misses = models.PositiveSmallIntegerField(
        _("misses"),
        default=3,
        validators=[MinValueValidator(1), MaxValueValidator(20)],
        help_text=_("Misses in a row until the chat goes to a person, 1-20."),
    )
    webhook_url = models.URLField(
        _("webhook address"),
        blank=True,
        max_length=500,
        help_text=_("A webhook assistant's own server, asked for every answer."),
    )
    webhook_secret = EncryptedField(
        max_length=200,
        blank=True,
        help_text=_("Signs what is sent there (HMAC-SHA256), to prove the sender."),
    )
    base_url = models.URLField(
        _("model server"),
        blank=True,
        max_length=500,
        help_text=_(
            "A language model's server, which speaks as OpenAI's does: "
            "https://models.example/v1, without /chat/completions."
        ),
    )
    model = models.CharField(
        blank=True,
        max_length=200,
        help_text=_("The name of the model there, 1-200 characters."),
    )
    api_key = EncryptedField(
        _("key"),
        max_length=500,
        blank=True,
        validators=[validate_key],
        help_text=_("Sent there as a bearer token. Empty: none is needed."),
    )
    instructions = models.TextField(
        blank=True,
        max_length=8000,
        validators=[MaxLengthValidator(8000)],
        help_text=_(
            "What a language model is told besides our rules: its tone, what it "
            "is for, at most 8,000 characters."
        ),
    )
    max_replies = models.PositiveSmallIntegerField(
        _("replies"),
        default=20,
        validators=[MinValueValidator(1), MaxValueValidator(200)],
        help_text=_(
            "Replies of a language model in one chat, 1-200; then people take over."
        ),
    )
    daily_requests = models.PositiveIntegerField(
        _("requests a day"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(1_000_000)],
        help_text=_(
            "Questions to a language model a day, in the organisation's time "
            "zone, 1-1000000; then people take over. Empty: no limit."
        ),
    )

    folded = FoldedText(of=("name",))

    class Meta:
        ordering = ["name"]
        verbose_name = _("virtual assistant")
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "name"],
                name="queues_assistant_name",
                violation_error_message=_("An assistant of this name exists already."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        wrong = {
            name: gettext("Give an address that begins with https:// or http://.")
            for name in ("webhook_url", "base_url")
            if not is_web_address(getattr(self, name))
        }
        wrong |= {
            name: str(sentence)
            for name, sentence in NEEDED.get(self.kind, {}).items()
            if not getattr(self, name).strip()
        }
        if wrong:
            raise ValidationError(wrong)

    @property
    def asks_a_server(self) -> bool:
        """Whether its answers come from elsewhere, and may fail."""
        return self.kind != AssistantKind.SCRIPTED

    def audited_parts(self) -> dict[str, Any]:
        """Return the order of the intents, and each of them by its name."""
        rows = self.intents.select_related("queue")
        intents = list(rows.prefetch_related("asked_skills__skill"))
        each = {
            gettext("intent “%(intent)s”") % {"intent": intent}: intent.in_words
            for intent in intents
        }
        return {"intents": [*map(str, intents)], **each}


class Intent(Audited):
    """What a scripted assistant understands, and what it then does."""

    # The skills that it is to ask for once it is stored (`queues.services.asking`);
    # None: those that it asks for already.
    asks: Sequence[Ask] | None = None

    assistant = models.ForeignKey(
        Assistant, on_delete=models.CASCADE, related_name="intents"
    )
    position = models.PositiveSmallIntegerField(
        default=0,
        help_text=_(
            "0-32767; the intents are tried in this order, and the first that "
            "matches wins."
        ),
    )
    name = models.CharField(
        max_length=100, help_text=_("1-100 characters, for administrators.")
    )
    phrases = models.JSONField(
        default=list,
        validators=[validate_phrases],
        help_text=_(
            "What customers write: the words of one phrase, in this order, "
            "anywhere in the message. Case, accents and punctuation do not "
            "matter."
        ),
    )
    reply = models.TextField(
        blank=True,
        max_length=8000,
        help_text=_("What the assistant says, at most 8000 characters."),
    )
    buttons = models.JSONField(
        default=list,
        blank=True,
        validators=[validate_buttons],
        help_text=_(
            "Short answers to choose from below the reply, at most 10 of 1-80 "
            "characters. A click says the button's text."
        ),
    )
    action = models.CharField(
        max_length=10,
        choices=IntentAction.choices,
        default=IntentAction.REPLY,
        help_text=_("What happens then."),
    )
    queue = models.ForeignKey(
        Queue,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="intents",
        help_text=_("Where to hand over to. Empty: the entry point's queue."),
    )

    class Meta:
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        if self.action == IntentAction.REPLY and not self.reply.strip():
            raise ValidationError(
                {"reply": gettext("Give the reply, or another action.")}
            )
        if self.buttons and not self.reply.strip():
            raise ValidationError(
                {"buttons": gettext("Buttons stand below a reply: give one.")}
            )

    @property
    def in_words(self) -> str:
        """Return what it understands and does, in one text."""
        where = f" ({self.queue})" if self.queue else ""
        asked = "; ".join(map(str, self.asked_skills.all()))
        asks = f" [{asked}]" if asked else ""
        phrases = ", ".join(map(str, self.phrases))
        does = f"{self.get_action_display()}{where}{asks}"
        return f"{phrases}: {does}. {self.reply}".strip()
