from __future__ import annotations

import re
from collections import Counter
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages
from typing import TYPE_CHECKING

import pytest
from django.test import Client

from core.errors import DomainError

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parent.parent
APPS = (
    *("core", "agents", "queues", "contacts", "wrapup"),
    *("administration", "supervision", "assistants", "reports"),
)
# Answered by the frameworks, or made where no class is needed.
BESIDES = {
    "parse_error": "400",
    "not_authenticated": "401",
    "bad_token": "401",
    "method_not_allowed": "405",
    "not_acceptable": "406",
    "unsupported_media_type": "415",
    "bad_frame": "socket",
}
# What is between two parts of Parley is nobody else's to know.
INSIDE = {"busy"}


def below(kind: type[DomainError]) -> Iterator[type[DomainError]]:
    for each in kind.__subclasses__():
        yield each
        yield from below(each)


@pytest.fixture(scope="module")
def refusals() -> list[type[DomainError]]:
    """Every refusal of Parley, wherever it is made."""
    for app in APPS:
        for module in walk_packages([str(ROOT / app)], f"{app}."):
            if ".migrations" not in module.name:
                import_module(module.name)
    return list(below(DomainError))


def test_a_refusals_code_stands_in_one_class(refusals: list[type[DomainError]]) -> None:
    named = Counter(kind.code for kind in refusals if "code" in vars(kind))

    assert [code for code, classes in named.items() if classes > 1] == []


def test_every_refusal_is_documented(refusals: list[type[DomainError]]) -> None:
    made = {kind.code: str(kind.status) for kind in refusals}

    page = (ROOT / "docs" / "api.md").read_text()
    documented = dict(re.findall(r"^\| `(\w+)` \| (\w+) \|", page, re.MULTILINE))

    known = {code: status for code, status in made.items() if code not in INSIDE}
    assert documented == known | BESIDES


def test_the_api_is_documented_without_inline_code(client: Client) -> None:
    page = client.get("/api/v1/docs/").content.decode()
    script = client.get("/api/v1/docs/?script=")

    assert not re.search(r"<style|style=|<script>|https?://", page)
    assert script["Content-Type"].startswith("application/javascript")
    assert "/api/v1/schema/" in script.content.decode()


def test_the_schema_is_openapi_3_1(client: Client) -> None:
    schema = client.get("/api/v1/schema/?format=json").json()

    assert schema["openapi"].startswith("3.1")
    assert "/api/v1/contacts/{contact_id}/accept/" in schema["paths"]
