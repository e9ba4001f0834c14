"""The logo of a chat page: brought by an administrator, drawn anew, served by us."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image, PngImagePlugin
from rest_framework.test import APIClient

from agents.models import AuditEntry
from queues.models import EntryPoint, Logo
from tests.administration.pages.site import change, errors
from tests.steps import API

if TYPE_CHECKING:
    from agents.models import Agent

SECRET = "taken in the garden"


def picture(kind: str = "PNG", size: tuple[int, int] = (800, 400)) -> bytes:
    made = BytesIO()
    about = PngImagePlugin.PngInfo()
    about.add_text("Comment", SECRET)
    options: Any = {"pnginfo": about} if kind == "PNG" else {}
    Image.new("RGB", size, "#0a7d33").save(made, kind, **options)
    return made.getvalue()


def brings(client: Client, entry_point: EntryPoint, content: bytes, **more: Any) -> Any:
    logo = SimpleUploadedFile("logo.png", content)
    return change(client, entry_point, logo=logo, **more)


@pytest.fixture
def adas(client: Client, ada: Agent) -> Client:
    client.force_login(ada)
    return client


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP"])
def test_a_picture_is_drawn_anew_and_served(
    adas: Client, direct: EntryPoint, kind: str
) -> None:
    brings(adas, direct, picture(kind))

    address = APIClient().get(f"{API}/chat/entry-points/direct/").json()["logo"]
    served = Client().get(address)
    assert served["Content-Type"] == "image/png"
    assert SECRET.encode() not in served.content
    with Image.open(BytesIO(served.content)) as shown:
        assert (shown.format, shown.size) == ("PNG", (240, 120))
    page = Client().get("/chat/direct/").content.decode()
    assert f'src="{address}"' in page


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"<svg onload='alert(1)'/>", "This is no picture"),
        (picture()[:60], "This is no picture"),
        (b"\x00" * (1024 * 1024 + 1), "The file is too large"),
        (picture(size=(5000, 4000)), "The picture is too large"),
    ],
    ids=["svg", "half", "bytes", "pixels"],
)
def test_what_is_no_small_picture_is_refused(
    adas: Client, direct: EntryPoint, content: bytes, sentence: str
) -> None:
    response = brings(adas, direct, content, name="Renamed")

    [message] = errors(response)["logo"]
    assert message.startswith(sentence)
    assert not Logo.objects.exists()
    direct.refresh_from_db()
    assert direct.name == "Direct"


def test_it_stays_is_replaced_and_goes(adas: Client, direct: EntryPoint) -> None:
    brings(adas, direct, picture())
    first = Logo.objects.get().digest
    change(adas, direct, name="Renamed")
    assert Logo.objects.get().digest == first

    brings(adas, direct, picture(size=(300, 300)))
    assert Logo.objects.get().digest != first

    change(adas, direct, remove_logo="on")
    assert not Logo.objects.exists()
    assert Client().get("/chat/direct/logo.png").status_code == 404
    assert APIClient().get(f"{API}/chat/entry-points/direct/").json()["logo"] is None
    entries = AuditEntry.objects.filter(kind="entry_point").order_by("id")
    assert ["logo" in entry.changes for entry in entries] == [True, False, True, True]
