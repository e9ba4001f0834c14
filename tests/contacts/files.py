"""What people do with files in the tests' stories, over REST."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from contacts.models import Attachment
from tests import steps
from tests.steps import client_for, customer_of, for_agents, for_customers

if TYPE_CHECKING:
    from pytest_django import Settings

    from agents.models import Agent
    from tests.steps import Chat, Json

TEXT = b"The parcel is at the door."
CARD = b"My card is 4111 1111 1111 1111."


@pytest.fixture
def media(settings: Settings, tmp_path: Path) -> Path:
    """Where files are stored, for this test alone."""
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def stored(media: Path) -> list[Path]:
    return [path for path in media.rglob("*") if path.is_file()]


def nothing_is_kept(media: Path) -> bool:
    return not stored(media) and not Attachment.objects.exists()


def upload(who: Agent | Chat, *files: tuple[str, bytes], to: Chat | None = None) -> Any:
    """Send files in: an agent `to` a chat, or a customer to their own."""
    parts = [SimpleUploadedFile(name, content) for name, content in files]
    if isinstance(who, steps.Chat):
        client, url = customer_of(who), for_customers(to or who, "attachments")
    else:
        assert to is not None
        client, url = client_for(who), for_agents(to, "attachments")
    return client.post(url, {"file": parts}, format="multipart")


def staged(
    who: Agent | Chat, *files: tuple[str, bytes], to: Chat | None = None
) -> list[str]:
    """Return the ids of files that were let through."""
    answer = upload(who, *files or [("note.txt", TEXT)], to=to)
    assert answer.status_code == 201, answer.content
    rows: list[Json] = answer.json()
    assert [row["status"] for row in rows] == ["staged"] * len(rows), rows
    return [row["id"] for row in rows]


def send(
    who: Agent | Chat, ids: list[str], *, to: Chat | None = None, **body: Any
) -> Any:
    body = {"client_id": secrets.token_hex(8), "attachments": ids, **body}
    if isinstance(who, steps.Chat):
        client, url = customer_of(who), for_customers(to or who, "messages")
    else:
        assert to is not None
        client, url = client_for(who), for_agents(to, "messages")
    return steps.post(client, url, body)


def fetch(who: Agent | Chat, file_id: str) -> Any:
    if isinstance(who, steps.Chat):
        return customer_of(who).get(f"{steps.API}/chat/attachments/{file_id}/")
    return client_for(who).get(f"{steps.API}/attachments/{file_id}/")


def remove(who: Agent | Chat, file_id: str) -> Any:
    if isinstance(who, steps.Chat):
        return customer_of(who).delete(f"{steps.API}/chat/attachments/{file_id}/")
    return client_for(who).delete(f"{steps.API}/attachments/{file_id}/")


def content_of(answer: Any) -> bytes:
    assert answer.status_code == 200, answer.content
    return b"".join(answer.streaming_content)
