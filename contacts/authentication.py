"""How a customer's request shows who sends it: the token of the chat."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework import authentication

from agents import addresses
from agents.authentication import BadToken, bearer
from agents.services import presence
from contacts.access import contact_for_customer
from core import clock

if TYPE_CHECKING:
    from rest_framework.request import Request

    from contacts.models import Contact


@dataclass(frozen=True)
class CustomerOfContact:
    """The customer as a request's user: of one contact, and of nothing else."""

    contact: Contact
    is_authenticated: bool = True


class ContactTokenAuthentication(authentication.BaseAuthentication):
    def authenticate(self, request: Request) -> tuple[CustomerOfContact, str] | None:
        token = bearer(request.headers.get("Authorization", ""))
        if token is None:
            return None
        now = clock.now()
        contact = contact_for_customer(token, now=now)
        if contact is None:
            raise BadToken
        presence.touch(address=addresses.of_customer(contact.pk), now=now)
        return CustomerOfContact(contact), token

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="Parley chat"'


class ContactTokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = "contacts.authentication.ContactTokenAuthentication"
    name = "contactToken"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        return {"type": "http", "scheme": "bearer"}
