"""Opens chats over REST."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rest_framework.test import APIClient

from contacts.models import Contact, Customer, Visitor
from tests import steps
from tests.steps import API

if TYPE_CHECKING:
    from queues.models import EntryPoint, Queue

URL = f"{API}/chat/contacts/"


def ask(entry_point: EntryPoint, *, address: str = "", **body: Any) -> Any:
    body = {"entry_point": entry_point.key, **body}
    client = APIClient(REMOTE_ADDR=address or steps.somewhere())
    return steps.post(client, URL, body)


def nothing_was_opened() -> None:
    assert not Contact.objects.exists()
    assert not Customer.objects.exists()
    assert not Visitor.objects.exists()


def close(direct: EntryPoint, support: Queue) -> None:
    direct.is_active = False
    direct.save(update_fields=["is_active"])
