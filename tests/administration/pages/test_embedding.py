"""What brings customers to an entry point: the widget, its address, a link, a frame."""

from __future__ import annotations

from html import unescape
from typing import TYPE_CHECKING

from queues.models import EntryPoint
from tests.administration.pages.site import change, page

if TYPE_CHECKING:
    from django.test import Client

ADDRESS = "http://testserver/chat/direct/"
SCRIPT = '<script src="http://testserver/widget.js" data-entry-point="direct" async>'
FRAME = f'<iframe src="{ADDRESS}"'
HINT = "no site may frame the chat"


def shown(client: Client, point: EntryPoint) -> str:
    return client.get(page(EntryPoint, "change", point.pk)).content.decode()


def test_the_address_and_snippets_are_there_to_copy(
    adas_browser: Client, direct: EntryPoint
) -> None:
    content = shown(adas_browser, direct)

    assert f'<code id="embedding-address">{ADDRESS}</code>' in content
    assert FRAME not in content  # it is text, and frames nothing here
    assert FRAME in unescape(content)
    assert f'<a href="{ADDRESS}" target="_blank"' in unescape(content)
    assert SCRIPT not in content
    assert SCRIPT in unescape(content)
    assert content.count("data-copy=") == 4


def test_a_name_cannot_break_the_snippet(
    adas_browser: Client, direct: EntryPoint
) -> None:
    EntryPoint.objects.filter(pk=direct.pk).update(name='"><script>x</script>')

    content = shown(adas_browser, direct)

    assert "<script>x" not in content
    assert "<script>x" not in unescape(content).partition("<iframe")[2]


def test_a_frame_needs_an_allowed_site(
    adas_browser: Client, direct: EntryPoint
) -> None:
    assert HINT in shown(adas_browser, direct)

    change(adas_browser, direct, allowed_origins="https://www.acme.example")

    content = shown(adas_browser, direct)
    assert HINT not in content
    assert "frame work on https://www.acme.example." in content


def test_a_closed_chat_page_is_said(adas_browser: Client, direct: EntryPoint) -> None:
    assert "find the chat page closed" not in shown(adas_browser, direct)

    direct.queue.is_active = False
    direct.queue.save(update_fields=["is_active"])

    assert "find the chat page closed" in shown(adas_browser, direct)


def test_a_new_entry_point_has_nothing_to_copy_yet(adas_browser: Client) -> None:
    content = adas_browser.get(page(EntryPoint, "add")).content.decode()

    assert "data-copy" not in content
    assert "embedding.js" not in content
