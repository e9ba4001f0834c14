"""The customer's page, before any script has run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.test import Client

if TYPE_CHECKING:
    from queues.models import EntryPoint


def test_the_page_of_an_entry_point(direct: EntryPoint) -> None:
    page = Client().get(f"/chat/{direct.key}/")

    assert page.status_code == 200
    assert f"<title>{direct.name}</title>" in page.content.decode()


def test_an_unknown_entry_point_tells_the_customer_where_to_go(db: None) -> None:
    page = Client().get("/chat/unknown/")

    text = page.content.decode()
    assert page.status_code == 404
    assert "There is no chat here" in text
    assert 'href="/"' not in text, "the sign-in page is not for customers"
