"""What bin/run says once everything is up."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import connection

from administration import demo
from administration.demo_centres import ACME, GLOBEX
from agents.models import Agent
from core.addresses import is_loopback
from queues.models import EntryPoint

ADDRESSES = {
    "Agent Desktop": "/desk/",
    "Administration": "/admin/",
    "REST API": "/api/v1/docs/",
}
DEMO_ADDRESSES = {"Demo shop": "/demo/", "Customer page": "/chat/acme-direct/"}
MODEL_ADDRESSES = {"Language model": "/chat/acme-help/"}
NOBODY = (
    "Nobody runs the platform yet. Make its first administrator:",
    "",
    "  .venv/bin/python manage.py createsuperuser",
)


def text(origin: str) -> str:
    """Return the addresses, and the demo sign-ins where they are of use."""
    host = urlsplit(origin).hostname or ""
    lines = ["", f"Parley is ready at {origin}/", ""]
    lines += _addresses(origin, ADDRESSES)
    if not _has_superuser():
        lines += ["", *NOBODY]
    elif _demo_is_open(host):
        lines += _addresses(origin, DEMO_ADDRESSES)
        if _has_model():
            lines += _addresses(origin, MODEL_ADDRESSES)
        lines += ["", *_sign_ins()]
    return "\n".join([*lines, "", "Ctrl-C stops everything."])


def _addresses(origin: str, paths: dict[str, str]) -> list[str]:
    return [f"  {name:<16} {origin}{path}" for name, path in paths.items()]


def _has_superuser() -> bool:
    return _exists(is_superuser=True)


def _demo_is_open(host: str) -> bool:
    """Whether the demo is loaded, and its sign-ins are not refused here."""
    is_local = is_loopback(host) and not settings.TRUSTED_PROXIES
    return (is_local or settings.DEMO) and _exists(email=demo.SUPERUSER)


def _exists(**fields: Any) -> bool:
    try:
        return Agent.objects.filter(**fields).exists()
    finally:
        connection.close()


def _has_model() -> bool:
    """Whether a language model answers on the demo's page for one."""
    try:
        return EntryPoint.objects.filter(key="acme-help", is_active=True).exists()
    finally:
        connection.close()


def _sign_ins() -> list[str]:
    people = [
        (email, f"{centre.name}, {role.label.lower()}")
        for centre in (ACME, GLOBEX)
        for email, _, role in centre.people
    ]
    people.append((demo.SUPERUSER, "platform superuser"))
    lines = [f"  {email:<24} {what}" for email, what in people]
    return [f"Demo sign-ins, all with the password {demo.PASSWORD}:", "", *lines]
