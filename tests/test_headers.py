"""What every answer tells the browser, and production's settings."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from tests.factories import PASSWORD
from tests.pages import pages
from tests.steps import API

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_django import Settings

    from agents.models import Agent
    from queues.models import EntryPoint

pytestmark = pytest.mark.thorough

ROOT = Path(__file__).resolve().parent.parent
OTHERS = [
    f"{API}/me/",
    f"{API}/queues/",
    f"{API}/nothing/",
    "/nothing-here/",
    "/static/css/app.css",
    "/chat/nobody/",
]
PRODUCTION = {
    "ALLOWED_HOSTS": "chat.example.com",
    "SECRET_KEY": "Vq8-4hB" * 10,
    "PARLEY_SECURE_COOKIES": "1",
    "TRUSTED_PROXIES": "127.0.0.1",
}
INLINE = re.compile(
    r"<style|<script(?![^>]*\bsrc=)(?![^>]*type=.application/json)[^>]*>"
    r"|\sstyle=|\son[a-z]+\s*=\s*[\"']|javascript:",
    re.IGNORECASE,
)


def addresses(entry_point: EntryPoint) -> list[str]:
    own = [route.replace("<slug:key>", entry_point.key) for route in pages()]
    return [*own, *administration(), *OTHERS]


def administration() -> list[str]:
    """Return the lists and empty forms of all sections."""
    sections = [model._meta for model in admin.site._registry]
    return [
        reverse("admin:index"),
        *(reverse(f"admin:{m.app_label}_{m.model_name}_changelist") for m in sections),
        *(reverse(f"admin:{m.app_label}_{m.model_name}_add") for m in sections),
    ]


@pytest.fixture
def answers(
    alice: Agent, ada: Agent, direct: EntryPoint, settings: Settings
) -> Iterator[list[tuple[str, Any]]]:
    """Every page, as an agent, an administrator and nobody get it."""
    settings.WHITENOISE_USE_FINDERS = True
    clients = [Client(), Client(), Client()]
    clients[0].force_login(alice)
    clients[1].force_login(ada)
    found = [
        (path, client.get(path)) for client in clients for path in addresses(direct)
    ]
    yield found
    for _, answer in found:
        answer.close()


def test_every_answer_is_guarded(answers: list[tuple[str, Any]]) -> None:
    for path, answer in answers:
        assert answer["X-Content-Type-Options"] == "nosniff", path
        assert answer["Referrer-Policy"] == "same-origin", path
        assert answer["Cross-Origin-Opener-Policy"] == "same-origin", path
        has_video = answer.status_code == 200 and path in {
            "/desk/",
            "/demo/",
            "/chat/direct/",
        }
        devices = "(self)" if has_video else "()"
        for device in ("camera", "microphone", "display-capture"):
            wanted = f"{device}={devices}"
            assert wanted in answer["Permissions-Policy"].split(", "), path
        assert "geolocation=()" in answer["Permissions-Policy"], path


def test_every_answer_has_the_strict_policy(answers: list[tuple[str, Any]]) -> None:
    for path, answer in answers:
        policy = answer["Content-Security-Policy"]
        rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
        assert rules["default-src"] == "'self'", path
        assert rules["object-src"] == "'none'", path
        assert rules["base-uri"] in {"'self'", "'none'"}, path
        assert rules["form-action"] == "'self'", path
        assert "frame-ancestors" in rules, path
        assert "unsafe" not in policy, path
        assert "*" not in policy, path
        assert "http" not in rules.get("script-src", ""), path


def test_no_page_is_framed_by_others(answers: list[tuple[str, Any]]) -> None:
    for path, answer in answers:
        if path.startswith(("/chat/", "/static/")):
            continue
        assert answer["X-Frame-Options"] == "DENY", path
        assert "frame-ancestors 'none'" in answer["Content-Security-Policy"], path


def test_the_chat_page_is_framed_by_its_allowed_sites_alone(
    client: Client, direct: EntryPoint
) -> None:
    address = f"/chat/{direct.key}/"
    closed = client.get(address)
    direct.allowed_origins = ["https://www.acme.example", "http://shop.example:8080"]
    direct.save(update_fields=["allowed_origins"])

    opened = client.get(address)

    assert closed["X-Frame-Options"] == "SAMEORIGIN"
    assert "frame-ancestors 'self';" in closed["Content-Security-Policy"] + ";"
    assert "X-Frame-Options" not in opened
    sites = "frame-ancestors 'self' https://www.acme.example http://shop.example:8080"
    before, after = (
        {rule.strip() for rule in answer["Content-Security-Policy"].split(";")}
        for answer in (closed, opened)
    )
    assert before ^ after == {"frame-ancestors 'self'", sites}


def test_no_page_has_inline_code(answers: list[tuple[str, Any]]) -> None:
    for path, answer in answers:
        if answer["Content-Type"].startswith("text/html"):
            found = INLINE.search(answer.content.decode())
            assert found is None, (path, found)


def test_what_people_see_is_kept_nowhere(answers: list[tuple[str, Any]]) -> None:
    for path, answer in answers:
        # What receives pushes is the same for everybody; a browser keeps it.
        if not path.startswith("/static/") and path != "/desk/push.js":
            assert "no-store" in answer["Cache-Control"], path


def test_cookies_are_closed_to_scripts_and_other_sites(alice: Agent) -> None:
    client = Client()
    client.post("/", {"email": alice.email, "password": PASSWORD})

    sessions = [
        cookie for name, cookie in client.cookies.items() if name.startswith("parley")
    ]
    assert len(sessions) == 1
    assert sessions[0]["httponly"]
    assert {cookie["samesite"] for cookie in client.cookies.values()} == {"Lax"}


# --- production -------------------------------------------------------------------
def manage(*arguments: str, folder: Path, **environment: str) -> Any:
    """Run manage.py in an environment of its own."""
    keep = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env={**keep, "PARLEY_DATA": str(folder), **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_production_passes_the_check_for_deployment(tmp_path: Path) -> None:
    check = ("check", "--deploy", "--fail-level", "WARNING")

    answer = manage(*check, folder=tmp_path, **PRODUCTION)

    assert answer.returncode == 0, answer.stderr
    assert "no issues" in answer.stdout


def test_the_check_for_deployment_can_fail(tmp_path: Path) -> None:
    check = ("check", "--deploy", "--fail-level", "WARNING")

    answer = manage(*check, folder=tmp_path, ALLOWED_HOSTS="chat.example.com")

    assert answer.returncode != 0
    assert "security.W012" in answer.stderr


SWITCHES = (
    "import json; from django.conf import settings as s; print(json.dumps([bool(v) "
    "for v in (s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE, s.SECURE_SSL_REDIRECT, "
    "s.SECURE_HSTS_SECONDS)]))"
)


@pytest.mark.parametrize(
    ("environment", "switches"),
    [
        ({}, "[false, false, false, false]"),
        (PRODUCTION, "[true, true, true, true]"),
        ({**PRODUCTION, "PARLEY_SSL_REDIRECT": "0"}, "[true, true, false, true]"),
        ({**PRODUCTION, "PARLEY_HSTS_SECONDS": "0"}, "[true, true, true, false]"),
    ],
)
def test_one_switch_makes_transport_secure(
    tmp_path: Path, environment: dict[str, str], switches: str
) -> None:
    shell = ("shell", "--no-imports", "--command", SWITCHES)

    answer = manage(*shell, folder=tmp_path, **environment)

    assert answer.stdout.strip() == switches, answer.stderr


def test_plain_http_is_sent_on_but_for_probes(settings: Settings) -> None:
    settings.SECURE_SSL_REDIRECT = True
    settings.SECURE_HSTS_SECONDS = 60
    client = Client()

    page = client.get("/")
    probe = client.get("/healthz/live")
    secure = client.get("/healthz/live", secure=True)

    assert (page.status_code, page["Location"]) == (301, "https://testserver/")
    assert probe.status_code == 200
    assert secure["Strict-Transport-Security"] == "max-age=60"
