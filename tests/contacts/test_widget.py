"""`/widget.js`: one small script, the same for everybody, for other people's sites."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client

if TYPE_CHECKING:
    from agents.models import Agent

pytestmark = pytest.mark.django_db

MOST = 30 * 1024  # bytes, compressed


def asked(client: Client, **headers: str) -> Any:
    return client.get("/widget.js", headers=headers)


def test_it_is_a_script_that_other_sites_may_load(client: Client) -> None:
    answer = asked(client)

    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/javascript; charset=utf-8"
    assert answer["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "Content-Security-Policy" in answer


def test_it_is_small(client: Client) -> None:
    answer = asked(client, accept_encoding="gzip")

    assert answer["Content-Encoding"] == "gzip"
    assert len(answer.content) < MOST
    assert gzip.decompress(answer.content) == asked(client).content


def test_it_is_kept_and_asked_for_again_by_its_tag(client: Client) -> None:
    answer = asked(client, accept_encoding="gzip")

    again = asked(client, accept_encoding="gzip", if_none_match=answer["ETag"])

    assert answer["Cache-Control"] == "public, max-age=600"
    assert (again.status_code, again.content) == (304, b"")
    assert asked(client, if_none_match='"another"').status_code == 200


def test_it_is_the_same_for_everybody_and_sets_no_cookie(
    client: Client, alice: Agent
) -> None:
    client.force_login(alice)

    answer = asked(client)

    assert answer.content == asked(Client()).content
    assert not answer.cookies
    assert "Cookie" not in answer.get("Vary", "")
    assert "X-Parley-Person" not in answer


def test_it_is_one_script_without_modules(client: Client) -> None:
    code = asked(client).content.decode()

    assert code.startswith('(() => {\n"use strict";\n')
    assert not [
        line for line in code.splitlines() if line.startswith(("import ", "export "))
    ]


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_it_is_read_only(client: Client, method: str) -> None:
    assert getattr(client, method)("/widget.js").status_code == 404
