from __future__ import annotations

import re
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, RegexValidator
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agents.models import Audited, Folding, Organisation
from core import colours, languages
from core.encryption import EncryptedField
from core.folding import FoldedText
from queues.models.assistant import Assistant
from queues.models.queue import Queue

FIELD_TYPES = ("text", "email", "tel", "textarea", "select", "checkbox", "queue")
QUEUE_FIELD = "queue"
MAX_FIELDS = 20
# What these are called, the customer is known by.
ADDRESS_FIELDS = ("name", "email", "phone")
SHORTEST_SECRET = 32  # bytes
MAX_LABEL = 100  # characters
ORIGIN = re.compile(r"https?://[a-z0-9.-]+(:\d{1,5})?")


def default_prechat_fields() -> list[dict[str, Any]]:
    return [{"name": "name", "label": "Name", "type": "text", "required": False}]


def validate_identity_secret(secret: str) -> None:
    """Refuse what is shorter than HS256's own hash (RFC 7518, 3.2)."""
    if secret and len(secret.encode()) < SHORTEST_SECRET:
        message = gettext(
            "Give at least %(shortest_secret)s bytes: a short one can be guessed."
        ) % {"shortest_secret": SHORTEST_SECRET}
        raise ValidationError(message)


def validate_colour(colour: str) -> None:
    """Refuse what is no colour, and one on which white cannot be read."""
    if not colours.is_colour(colour):
        raise ValidationError(gettext("Give a colour such as #2454c6."))
    contrast = colours.contrast(colour, colours.WHITE)
    if contrast < colours.ENOUGH:
        darker = colours.readable(colour, colours.WHITE, towards=colours.BLACK)
        raise ValidationError(
            gettext(
                "White cannot be read on %(colour)s: the contrast is %(contrast)s:1, "
                "and at least 4.5:1 is needed. %(darker)s would do."
            )
            % {"colour": colour, "contrast": f"{contrast:.1f}", "darker": darker}
        )


def validate_origins(origins: Any) -> None:
    """Refuse what is not a list of origins such as https://www.example.com."""
    if not isinstance(origins, list):
        raise ValidationError(gettext("Give a list of origins."))
    for origin in origins:
        if not isinstance(origin, str) or not ORIGIN.fullmatch(origin):
            message = gettext(
                "“%(origin)s” is not an origin such as https://www.example.com."
            ) % {"origin": origin}
            raise ValidationError(message)


def validate_prechat_fields(fields: Any) -> None:
    """Refuse what is not a list of {name, label, type, required, choices?}."""
    if not isinstance(fields, list) or len(fields) > MAX_FIELDS:
        message = gettext("Give a list of at most %(max_fields)s fields.") % {
            "max_fields": MAX_FIELDS
        }
        raise ValidationError(message)
    for field in fields:
        _validate_prechat_field(field)
    names = [field["name"] for field in fields]
    if len(set(names)) != len(names):
        raise ValidationError(gettext("Two fields have the same name."))
    if sum(field["type"] == QUEUE_FIELD for field in fields) > 1:
        raise ValidationError(gettext("One field alone can ask for the queue."))


def _validate_prechat_field(field: Any) -> None:
    if not isinstance(field, dict):
        raise ValidationError(gettext("Each field has a name, a label and a type."))
    unknown = field.keys() - {"name", "label", "type", "required", "choices"}
    if unknown:
        message = gettext("Unknown key: %(unknown)s.") % {
            "unknown": ", ".join(sorted(unknown))
        }
        raise ValidationError(message)
    name = field.get("name")
    if not isinstance(name, str) or not re.fullmatch(r"[a-z][a-z0-9_]{0,39}", name):
        raise ValidationError(gettext("A field's name is 1-40 of a-z, 0-9 and _."))
    label = field.get("label")
    if not isinstance(label, str) or not 1 <= len(label) <= MAX_LABEL:
        message = gettext("The label of “%(name)s” has 1-100 characters.") % {
            "name": name
        }
        raise ValidationError(message)
    if field.get("type") not in FIELD_TYPES:
        message = gettext("The type of “%(name)s” is one of %(field_types)s.") % {
            "name": name,
            "field_types": ", ".join(FIELD_TYPES),
        }
        raise ValidationError(message)
    if not isinstance(field.get("required", False), bool):
        message = gettext("“required” of “%(name)s” is true or false.") % {"name": name}
        raise ValidationError(message)
    _validate_choices(name, field["type"], field.get("choices", []))


def _validate_choices(name: str, kind: str, choices: Any) -> None:
    if kind == QUEUE_FIELD and name in ADDRESS_FIELDS:
        message = gettext(
            "“%(name)s” is the customer's: give the field another name."
        ) % {"name": name}
        raise ValidationError(message)
    of = int if kind == QUEUE_FIELD else str
    if not isinstance(choices, list) or not all(type(c) is of for c in choices):
        message = (
            gettext("The choices of “%(name)s” are a list of ids of queues.")
            if of is int
            else gettext("The choices of “%(name)s” are a list of texts.")
        )
        raise ValidationError(message % {"name": name})
    if kind == "select" and not choices:
        message = gettext("“%(name)s” needs choices.") % {"name": name}
        raise ValidationError(message)


class EntryPoint(Folding, Audited):
    """Where a channel's contacts arrive: a chat page and its widget."""

    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="entry_points"
    )
    key = models.CharField(
        max_length=40,
        unique=True,
        validators=[
            RegexValidator(
                r"^[a-z0-9-]{3,40}\Z", _("A key has 3-40 of a-z, 0-9 and -."), "key"
            )
        ],
        help_text=_(
            "Part of the chat page's address: 3-40 of a-z, 0-9 and -, unique "
            "over the installation."
        ),
        error_messages={"unique": _("An entry point with this key exists already.")},
    )
    name = models.CharField(max_length=100, help_text=_("Customers see it."))
    queue = models.ForeignKey(
        Queue,
        on_delete=models.PROTECT,
        related_name="entry_points",
        help_text=_("Where chats wait for an agent."),
    )
    assistant = models.ForeignKey(
        Assistant,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="entry_points",
        help_text=_("Answers before the chat waits in the queue. Empty: nobody."),
    )
    assistant_outside_hours = models.BooleanField(
        default=False,
        help_text=_(
            "The assistant answers outside the queue's opening hours, too, when "
            "nobody can be asked for. Off: the chat is closed then."
        ),
    )
    priority = models.PositiveSmallIntegerField(
        null=True,
        blank=True,
        validators=[MaxValueValidator(9)],
        help_text=_("0-9. Empty: the queue's."),
    )
    allowed_origins = models.JSONField(
        _("allowed sites"),
        default=list,
        blank=True,
        validators=[validate_origins],
        help_text=_(
            "Sites that may show the chat in a frame, for example "
            '["https://www.example.com"].'
        ),
    )
    prechat_fields = models.JSONField(
        _("questions before the chat"),
        default=default_prechat_fields,
        blank=True,
        validators=[validate_prechat_fields],
        help_text=_(
            "What is asked before the chat: a list of {name, label, type, "
            "required, choices}. Types: text, email, tel, textarea, select, "
            "checkbox, queue (choices: ids of active queues; none: all of them)."
        ),
    )
    identity_secret = EncryptedField(
        max_length=200,
        blank=True,
        validators=[validate_identity_secret],
        help_text=_(
            "Signs who the customer is (HS256), at least 32 bytes. Empty: nobody "
            "can be signed in."
        ),
    )
    greeting = models.TextField(
        blank=True, max_length=1000, help_text=_("Shown above the pre-chat form.")
    )
    farewell = models.TextField(
        blank=True, max_length=1000, help_text=_("Shown after the end of a chat.")
    )
    colour = models.CharField(
        max_length=7,
        blank=True,
        validators=[validate_colour],
        help_text=_(
            "Of buttons and of what the customer says, such as #2454c6. White "
            "must be readable on it: a contrast of at least 4.5:1. Empty: "
            "Parley's blue."
        ),
    )
    language = models.CharField(
        max_length=10,
        blank=True,
        choices=languages.SHIPPED,
        help_text=_(
            "Of the chat page, its widget and its mails. Empty: the browser's."
        ),
    )
    privacy_url = models.URLField(
        _("privacy notice"),
        blank=True,
        max_length=500,
        help_text=_("Its address, for a link below the form: https://… or http://…"),
    )
    consent_text = models.TextField(
        _("consent"),
        blank=True,
        max_length=1000,
        help_text=_(
            "What customers must agree to before a chat; it is kept with the "
            "chat, in these words and with the time. Empty: they are not asked."
        ),
    )
    offline_messages = models.BooleanField(
        _("messages by mail"),
        default=False,
        help_text=_(
            "Customers can leave a message when the chat is closed or full, or "
            "the wait is long; agents with e-mail slots answer it by mail. Needs "
            "mail (EMAIL_URL): the organisation settings say whether there is "
            "any."
        ),
    )
    is_active = models.BooleanField(
        _("active"),
        default=True,
        help_text=_("Off: the chat page says that it is closed."),
    )

    folded = FoldedText(of=("name", "key"))

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "name"],
                name="queues_entry_point_name",
                violation_error_message=_(
                    "An entry point of this name exists already."
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        self.colour = self.colour.lower()
        scheme = self.privacy_url.partition(":")[0].lower()
        if self.privacy_url and scheme not in {"http", "https"}:
            sentence = gettext("Give an address that begins with https:// or http://.")
            raise ValidationError({"privacy_url": sentence})

    def audited_parts(self) -> dict[str, Any]:
        """Return which picture the page has, by a part of its digest, whom it
        invites, and what its chats ask of agents."""
        rows = type(self).objects.filter(pk=self.pk).values_list("logo__digest")
        [digest] = rows.first() or (None,)
        logo = {"logo": digest[:12]} if digest else {}
        rules = enumerate(self.proactive_rules.all(), start=1)
        asked = [*map(str, self.asked_skills.select_related("skill"))]
        return {
            **logo,
            **{f"invitation {n}": rule.in_words for n, rule in rules},
            **({"asked_skills": asked} if asked else {}),
        }

    @property
    def queue_field(self) -> dict[str, Any] | None:
        """The question of the form by which a customer chooses the queue."""
        asked = (f for f in self.prechat_fields if f["type"] == QUEUE_FIELD)
        return next(asked, None)

    @property
    def answers_outside_hours(self) -> bool:
        """Whether an assistant answers here when nobody else does."""
        return self.assistant_id is not None and self.assistant_outside_hours

    @property
    def takes_chats(self) -> bool:
        """Whether chats may be opened here: it is active, and so is its queue."""
        return self.is_active and self.queue.is_active
