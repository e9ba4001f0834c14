"""A contact and its customer: for those who work here, and for the customer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from agents.models import Channel
from agents.serializers import NamedSerializer
from contacts import queries
from contacts.models import (
    Assignment,
    AssignmentKind,
    AssignmentRole,
    AssignmentState,
    Contact,
    ContactState,
    Customer,
    EndedReason,
)
from core import clock, mailing, secrets, text
from core.fields import AddressField
from core.strict import Strict

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from uuid import UUID

    from contacts.queries import CustomerView


class SomebodySerializer(serializers.Serializer[Any]):
    examples: ClassVar[dict[str, Any]] = {"display_name": "Alice"}

    id = serializers.IntegerField()
    display_name = serializers.CharField()


class VideoSerializer(serializers.Serializer[Any]):
    """The video call that is on."""

    examples: ClassVar[dict[str, Any]] = {"by": "Alice", "tab": "a1b2c3"}

    state = serializers.ChoiceField(["ringing", "live"])
    by = serializers.CharField(help_text="The agent who has started it.")
    tab = serializers.CharField(
        allow_null=True, help_text="The page in which the reader has it."
    )


class AssignmentSerializer(serializers.Serializer[Assignment]):
    id = serializers.IntegerField()
    agent = SomebodySerializer()
    queue = NamedSerializer()
    kind = serializers.ChoiceField(AssignmentKind.choices)
    role = serializers.ChoiceField(AssignmentRole.choices)
    state = serializers.ChoiceField(AssignmentState.choices)
    offered_at = serializers.DateTimeField()
    connected_at = serializers.DateTimeField(allow_null=True)
    ended_at = serializers.DateTimeField(allow_null=True)
    wrapup_reason = serializers.SerializerMethodField()
    wrapup_note = serializers.SerializerMethodField()

    def get_wrapup_reason(self, share: Assignment) -> str | None:
        wrap_up = getattr(share, "wrap_up", None)
        return wrap_up and wrap_up.code_name

    def get_wrapup_note(self, share: Assignment) -> str:
        wrap_up = getattr(share, "wrap_up", None)
        return wrap_up.note if wrap_up else share.wrapup_note


class CustomerNameSerializer(serializers.Serializer[Customer]):
    examples: ClassVar[dict[str, Any]] = {"name": "Dora"}

    id = serializers.IntegerField()
    name = serializers.CharField(source="label")


class RatingSerializer(serializers.Serializer[Contact]):
    """What the customer said of an ended chat."""

    score = serializers.IntegerField(source="rating", help_text="1-5.")
    comment = serializers.CharField(source="rating_comment")


class PageSerializer(serializers.Serializer[Any]):
    examples: ClassVar[dict[str, Any]] = {
        "url": "https://shop.example/delivery",
        "title": "Delivery",
    }

    url = serializers.CharField()
    title = serializers.CharField()


class ConsentSerializer(serializers.Serializer[Any]):
    """What the customer agreed to before the chat, in the words of that time."""

    examples: ClassVar[dict[str, Any]] = {"text": "I have read the privacy notice."}

    text = serializers.CharField()
    at = serializers.DateTimeField()


class ContactSerializer(serializers.Serializer[Contact]):
    """A contact with everybody's share in it."""

    examples: ClassVar[dict[str, Any]] = {"last_seq": 12}

    id = serializers.UUIDField()
    channel = serializers.ChoiceField(Channel.choices)
    state = serializers.ChoiceField(ContactState.choices)
    ended_reason = serializers.SerializerMethodField()
    priority = serializers.IntegerField()
    entry_point = NamedSerializer(allow_null=True)
    queue = NamedSerializer(allow_null=True)
    customer = CustomerNameSerializer()
    assignments = AssignmentSerializer(many=True)
    prechat = serializers.SerializerMethodField(
        help_text="What the customer answered before this chat, by field."
    )
    page = serializers.SerializerMethodField(
        help_text="Where the customer opened the chat."
    )
    consent = serializers.SerializerMethodField()
    language = serializers.CharField(
        help_text="What the customer's browser asked for first, as `de-at`."
    )
    spoken_language = serializers.CharField(
        help_text="What the customer probably writes: the language of the chat page."
    )
    rating = serializers.SerializerMethodField()
    opened_at = serializers.DateTimeField()
    enqueued_at = serializers.DateTimeField(allow_null=True)
    connected_at = serializers.DateTimeField(allow_null=True)
    ended_at = serializers.DateTimeField(allow_null=True)
    closed_at = serializers.DateTimeField(allow_null=True)
    last_seq = serializers.IntegerField()

    @extend_schema_field(serializers.ChoiceField(EndedReason.choices, allow_null=True))
    def get_ended_reason(self, contact: Contact) -> str | None:
        return contact.ended_reason or None

    @extend_schema_field(serializers.DictField(child=serializers.CharField()))
    def get_prechat(self, contact: Contact) -> dict[str, str]:
        answers: dict[str, str] = contact.prechat
        return answers if getattr(contact, "is_open", True) else {}

    @extend_schema_field(PageSerializer(allow_null=True))
    def get_page(self, contact: Contact) -> dict[str, str] | None:
        if not contact.page_url or not getattr(contact, "is_open", True):
            return None
        return {"url": contact.page_url, "title": contact.page_title}

    @extend_schema_field(ConsentSerializer(allow_null=True))
    def get_consent(self, contact: Contact) -> dict[str, Any] | None:
        if not contact.consent_text or not getattr(contact, "is_open", True):
            return None
        return {"text": contact.consent_text, "at": contact.opened_at}

    @extend_schema_field(RatingSerializer(allow_null=True))
    def get_rating(self, contact: Contact) -> dict[str, Any] | None:
        return _rating(contact)


class AttributesField(serializers.DictField):
    """Facts about a customer, each a name and a text."""

    MOST = 50
    LONGEST_NAME = 100

    default_error_messages = {
        "many": _("Keep at most {most} of them."),
        "name": _("Each needs a name of 1 to {most} characters."),
        "twice": _("The same name is there twice."),
    }

    def __init__(self, **options: Any) -> None:
        child = serializers.CharField(max_length=1000, allow_blank=True)
        super().__init__(child=child, **options)

    def to_internal_value(self, data: Any) -> dict[str, str]:
        given = super().to_internal_value(data)
        named = {text.one_line(name): value for name, value in given.items()}
        if len(named) < len(given):
            self.fail("twice")
        if len(named) > self.MOST:
            self.fail("many", most=self.MOST)
        if not all(0 < len(name) <= self.LONGEST_NAME for name in named):
            self.fail("name", most=self.LONGEST_NAME)
        return named


class CustomerSerializer(Strict, serializers.Serializer[Customer]):
    """What is known of a customer."""

    examples: ClassVar[dict[str, Any]] = {
        "name": "Dora",
        "email": "dora@customer.example",
        "phone": "+44 20 7946 0018",
        "attributes": {"order": "1234"},
    }

    id = serializers.IntegerField(read_only=True)
    name = serializers.CharField(max_length=100, allow_blank=True)
    email = AddressField(max_length=254, allow_blank=True)
    phone = serializers.CharField(max_length=50, allow_blank=True)
    attributes = AttributesField(
        help_text="At most 50; what is given takes the place of all there are."
    )
    verified = serializers.BooleanField(source="is_verified", read_only=True)


class HistorySerializer(serializers.Serializer[Contact]):
    """An earlier contact of the same customer, or of the same address."""

    examples: ClassVar[dict[str, Any]] = {"agents": ["Alice"]}

    id = serializers.UUIDField()
    opened_at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField(allow_null=True)
    queue = NamedSerializer(allow_null=True)
    agents = serializers.SerializerMethodField()
    wrapup_reason = serializers.SerializerMethodField()
    match = serializers.ChoiceField(["identity", "visitor", "address"])
    rating = serializers.SerializerMethodField()

    @extend_schema_field(serializers.ListField(child=serializers.CharField()))
    def get_agents(self, contact: Contact) -> list[str]:
        talked = [s for s in contact.assignments.all() if s.connected_at is not None]
        return list(dict.fromkeys(share.agent.display_name for share in talked))

    def get_wrapup_reason(self, contact: Contact) -> str | None:
        reasons = [
            share.wrap_up.code_name
            for share in contact.assignments.all()
            if hasattr(share, "wrap_up")
        ]
        return reasons[-1] if reasons else None

    @extend_schema_field(RatingSerializer(allow_null=True))
    def get_rating(self, contact: Contact) -> dict[str, Any] | None:
        return _rating(contact)


def _rating(contact: Contact) -> dict[str, Any] | None:
    if contact.rating is None:
        return None
    return {"score": contact.rating, "comment": contact.rating_comment}


class CustomerContactSerializer(serializers.Serializer[Contact]):
    """A contact as its customer sees it."""

    examples: ClassVar[dict[str, Any]] = {
        "agents": ["Alice"],
        "pictures": {"4kTq0vUe9mBn2xQd": "/pictures/rT5mU8Zq0aWcX3yB7dKe.png"},
        "last_seq": 12,
        "version": 21,
    }

    id = serializers.UUIDField()
    state = serializers.ChoiceField(ContactState.choices)
    queue_position = serializers.IntegerField(allow_null=True)
    estimated_wait_seconds = serializers.IntegerField(allow_null=True)
    attended = serializers.BooleanField(
        help_text="False while nobody who serves the queue is at work."
    )
    agents = serializers.ListField(child=serializers.CharField())
    pictures = serializers.DictField(
        child=serializers.CharField(),
        help_text="Where the pictures of those agents are who have one, by the key of "
        "the sender of their lines.",
    )
    video = VideoSerializer(allow_null=True)
    can_send = serializers.BooleanField()
    can_attach = serializers.BooleanField()
    transcript_by_mail = serializers.BooleanField(
        help_text="Whether the customer can have the chat sent by mail."
    )
    last_seq = serializers.IntegerField()
    version = serializers.IntegerField(help_text="Grows with every change.")

    def to_representation(self, contact: Contact) -> dict[str, Any]:
        [shape] = customers_json([contact])
        return shape


def customers_json(
    contacts: Iterable[Contact], positions: Mapping[UUID, int] | None = None
) -> list[dict[str, Any]]:
    """Return the contacts as their customers see them."""
    views = queries.customer_views(contacts, now=clock.now(), positions=positions)
    return [_customer_json(view) for view in views]


def _customer_json(view: CustomerView) -> dict[str, Any]:
    contact = view.contact
    return {
        "id": str(contact.pk),
        "state": contact.state,
        "queue_position": view.position,
        "estimated_wait_seconds": estimated_wait(view),
        "attended": view.is_attended,
        "agents": [agent.name for agent in view.agents],
        "pictures": _pictures(view),
        "video": _video(view.call),
        "can_send": not contact.is_ended,
        "can_attach": view.may_attach,
        "transcript_by_mail": bool(contact.given_email) and mailing.is_on(),
        "last_seq": contact.last_seq,
        "version": contact.version,
    }


def _video(call: dict[str, Any] | None) -> dict[str, Any] | None:
    if call is None:
        return None
    tab = call["customer_tab"] or None
    return {"state": call["state"], "by": call["by"], "tab": tab}


def _pictures(view: CustomerView) -> dict[str, str]:
    """Return where the pictures of those who talk are, by their keys."""
    return {
        secrets.key_of(agent.address): reverse("agent-picture", args=[agent.picture])
        for agent in view.agents
        if agent.picture
    }


def estimated_wait(view: CustomerView) -> int | None:
    """Return how long the wait may be, in seconds; None where that is not known."""
    if view.position is None or view.answer_interval is None or not view.is_attended:
        return None
    return round(view.answer_interval * view.position)
