"""REST: a chat begins: what its page needs, and opening one (contract 3.3)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.conf import settings
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiResponse, extend_schema, extend_schema_field
from rest_framework import serializers, status
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from contacts.serializers import CustomerContactSerializer, CustomerSerializer
from contacts.serializers.messages import MAX_CLIENT_ID
from contacts.services import attempts, customers, opening
from contacts.services.arrivals import Arrival
from core import addresses, challenges, clock, languages, limits, text
from core.errors import Invalid, TooMany
from core.fields import AddressField, PageField
from core.strict import TEXT, JsonType, StrictSerializer
from queues.access import find_entry_point

if TYPE_CHECKING:
    from datetime import datetime

    from contacts.services.opening import Opened
    from queues.models import EntryPoint


class OpenedSerializer(serializers.Serializer[Any]):
    contact = CustomerContactSerializer()
    token = serializers.CharField(help_text="Send it as a Bearer token.")
    visitor = serializers.CharField(help_text="Keep it for the next chat.")


@extend_schema_field({"type": ["string", "boolean"], "maxLength": 1000})
class AnswerField(serializers.CharField):
    """A text, or the true or false of a checkbox."""

    json_type = JsonType((str, bool), _("a text, or true or false"))

    def run_validation(self, data: Any = serializers.empty) -> Any:
        return data if isinstance(data, bool) else super().run_validation(data)


class PageInput(StrictSerializer):
    """Where somebody opens a chat, or leaves a message."""

    examples: ClassVar[dict[str, Any]] = {
        "url": "https://shop.example/delivery",
        "title": "Delivery",
    }

    url = PageField(max_length=2000)
    title = serializers.CharField(max_length=300, required=False, allow_blank=True)


class OpenView(APIView):
    """Chats begin here."""

    authentication_classes = ()
    permission_classes = [AllowAny]

    class Input(StrictSerializer):
        examples: ClassVar[dict[str, Any]] = {"entry_point": "acme-web"}

        class Person(StrictSerializer):
            examples = CustomerSerializer.examples

            name = serializers.CharField(
                max_length=100, required=False, allow_blank=True
            )
            email = AddressField(max_length=254, required=False, allow_blank=True)
            phone = serializers.CharField(
                max_length=50, required=False, allow_blank=True
            )
            attributes = serializers.DictField(
                child=AnswerField(max_length=1000, allow_blank=True),
                required=False,
            )

        entry_point = serializers.CharField(max_length=40)
        client_id = serializers.CharField(
            max_length=MAX_CLIENT_ID,
            trim_whitespace=False,
            required=False,
            help_text="Made by the sender; a repeat from the same address within ten "
            "minutes opens no second chat.",
        )
        customer = Person(required=False)
        page = PageInput(required=False, help_text="Where the chat is opened.")
        consent = serializers.BooleanField(
            required=False,
            help_text="Whether the customer agrees to the entry point's "
            "`consent_text`; needed where it has one.",
        )
        visitor = serializers.CharField(
            max_length=200, required=False, allow_blank=True
        )
        challenge = serializers.CharField(
            max_length=2000,
            required=False,
            allow_blank=True,
            help_text="Solves the `challenge` of a 429: that object with the `number` "
            "whose SHA-256, behind the `salt`, is its `challenge`, as JSON in base64.",
        )
        identity = serializers.CharField(
            max_length=8000, required=False, allow_blank=True
        )

    @extend_schema(
        operation_id="chat_open",
        summary="Open a chat",
        request=Input,
        responses={
            201: OpenedSerializer,
            200: OpenApiResponse(OpenedSerializer, description="Opened before."),
        },
        auth=[],
    )
    def post(self, request: Request) -> Response:
        """Open a chat: 400 for a missing or unknown field, 409 `closed`, `queue_full`
        or `blocked`. A repeated `client_id` answers the chat that was opened before,
        with a new token; the earlier one is void. Where too many came from one
        address, the 429 has a `challenge`: who sends its solution opens a chat at once.
        """
        form = self.Input(data=request.data)
        form.is_valid(raise_exception=True)
        values = form.validated_data
        entry_point = find_entry_point(values["entry_point"])
        if entry_point is None:
            raise Invalid("entry_point", gettext("There is no such entry point."))

        opened = _open(entry_point, values, request)

        opened.contact.refresh_from_db()
        code = status.HTTP_201_CREATED if opened.is_new else status.HTTP_200_OK
        return Response(OpenedSerializer(opened).data, status=code)


def _open(entry_point: EntryPoint, values: dict[str, Any], request: Request) -> Opened:
    """Open a chat, or return the one that this request has opened before: a repeat
    does not count against the limit."""
    address = addresses.of(request)
    attempt = attempts.of(
        entry_point, client_id=values.get("client_id", ""), address=address
    )
    visitor, now = values.get("visitor", ""), clock.now()
    opened = opening.repeat(attempt=attempt, visitor=visitor, now=now)
    if opened is not None:
        return opened
    _count(address, solution=values.get("challenge", ""), now=now)
    return opening.open_contact(
        entry_point=entry_point,
        person=_person(entry_point, values.get("customer", {})),
        visitor=visitor,
        identity=values.get("identity", ""),
        attempt=attempt,
        consents=values.get("consent", False),
        arrival=arrival_of(values.get("page", {}), request),
        now=now,
    )


def _count(address: str, *, solution: str, now: datetime) -> None:
    """Count a new chat; above the limit only work opens one. Raise Challenged."""
    try:
        limits.spend(f"contacts:{address}", per_minute=settings.CONTACTS_PER_MINUTE)
    except TooMany as refusal:
        whose = addresses.network_of(address)
        if challenges.use(solution, subject=whose, now=now):
            return
        raise challenges.Challenged(
            challenge=challenges.make(whose, now=now),
            detail=refusal.detail,
            retry_after=refusal.retry_after,
        ) from refusal


def arrival_of(page: dict[str, str], request: Request) -> Arrival:
    return Arrival(
        page_url=page.get("url", ""),
        page_title=text.one_line(page.get("title", "")),
        address=addresses.of(request),
        language=languages.wanted(request.headers.get("Accept-Language", "")),
    )


def _person(entry_point: EntryPoint, values: dict[str, Any]) -> customers.Person:
    """Return who it is, with the true and false of checkboxes in words."""
    types = {field["name"]: field["type"] for field in entry_point.prechat_fields}
    answers: dict[str, str | bool] = values.get("attributes", {})
    for name, answer in answers.items():
        if isinstance(answer, bool) and types.get(name, "checkbox") != "checkbox":
            raise Invalid(f"customer.attributes.{name}", TEXT.sentence)
    in_words = {
        name: str(answer).lower() if isinstance(answer, bool) else answer
        for name, answer in answers.items()
    }
    return customers.Person(**values | {"attributes": in_words})
