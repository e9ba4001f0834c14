"""Where mail goes: the settings that the environment's three variables make."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.core.validators import validate_email

HOW = "EMAIL_URL must read smtp+tls://USER:PASSWORD@HOST:587, smtp+ssl:// or smtp://"
SMTP = "django.core.mail.backends.smtp.EmailBackend"
# What Django takes for granted where the address names no port.
PORTS = {"EMAIL_USE_TLS": 587, "EMAIL_USE_SSL": 465}


def mail_server(url: str) -> dict[str, Any]:
    """Return Django's settings for the server at this address, none for no address;
    exit with a sentence where it is none of a mail server."""
    if not url:
        return {}
    try:
        found: dict[str, Any] = environ.Env.email_url_config(url)
    except (ImproperlyConfigured, ValueError) as error:
        raise SystemExit(f"{HOW}.") from error
    if found["EMAIL_BACKEND"] == SMTP and not found["EMAIL_HOST"]:
        raise SystemExit(f"{HOW}.")
    found["EMAIL_HOST_USER"] = found["EMAIL_HOST_USER"] or ""
    found["EMAIL_HOST_PASSWORD"] = found["EMAIL_HOST_PASSWORD"] or ""
    usual = next((port for name, port in PORTS.items() if found.get(name)), 25)
    found["EMAIL_PORT"] = found["EMAIL_PORT"] or usual
    return found


def sender(address: str) -> str:
    """Return the address that mails come from; exit with a sentence where it is
    none."""
    try:
        if address:
            validate_email(address)
    except ValidationError as error:
        raise SystemExit(
            "EMAIL_FROM must be an address such as chat@example.com."
        ) from error
    return address


def public_address(url: str) -> str:
    """Return how the world reaches Parley, without a slash at its end; exit with a
    sentence where that is no address of a site."""
    bare = url.rstrip("/")
    parts = urlsplit(bare)
    is_site = parts.scheme in {"http", "https"} and bool(parts.hostname)
    if bare and (not is_site or parts.path or parts.query or parts.fragment):
        raise SystemExit("PUBLIC_URL must read https://chat.example.com.")
    return bare


def contact_for_push(public_url: str, email: str) -> str:
    """Return whom a push service is told to write to: those services want a site with
    https, or an address."""
    if public_url.startswith("https://"):
        return public_url
    return f"mailto:{email or 'nobody@parley.example'}"
