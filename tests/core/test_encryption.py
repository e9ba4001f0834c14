"""Secrets at rest: whoever reads the database, or a back-up of it, reads none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import jwt
import pyotp
import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from rest_framework.test import APIClient

from agents.models import SecondFactor
from agents.services import second_factors
from core import clock, encryption
from tests import steps
from tests.factories import PASSWORD, AssistantFactory
from tests.steps import API

if TYPE_CHECKING:
    from pytest_django import Settings

    from agents.models import Agent
    from queues.models import EntryPoint
    from tests.stage import Later

SECRET = "a-secret-of-the-site-and-of-parley-alone"
OLD, NEW = "the key of yesterday", "the key of today"


@pytest.fixture(autouse=True)
def _the_old_key(settings: Settings) -> None:
    settings.SECRET_KEY = OLD
    settings.SECRET_KEY_FALLBACKS = []


@pytest.fixture
def signing(direct: EntryPoint) -> EntryPoint:
    """Acme's chat page, where customers can be signed in."""
    direct.identity_secret = SECRET
    direct.save(update_fields=["identity_secret"])
    return direct


@pytest.fixture
def app(alice: Agent, later: Later) -> pyotp.TOTP:
    """Alice's authenticator app."""
    secret = second_factors.new_secret()
    app = pyotp.TOTP(secret)
    code = app.at(clock.now())
    second_factors.confirm(alice, secret=secret, code=code, now=clock.now())
    later(minutes=2)
    return app


def rotate(settings: Settings, *, fallbacks: list[str]) -> None:
    settings.SECRET_KEY = NEW
    settings.SECRET_KEY_FALLBACKS = fallbacks


def sign_in(alice: Agent, app: pyotp.TOTP) -> int:
    body = {"email": alice.email, "password": PASSWORD, "otp": app.at(clock.now())}
    return int(APIClient().post(f"{API}/auth/token/", body).status_code)


def open_chat(entry_point: EntryPoint) -> int:
    claims = {"sub": "dora-1", "exp": int(clock.now().timestamp()) + 60}
    token = jwt.encode(claims, SECRET, algorithm="HS256")
    body = {"entry_point": entry_point.key, "identity": token}
    client = APIClient(REMOTE_ADDR=steps.somewhere())
    return int(steps.post(client, f"{API}/chat/contacts/", body).status_code)


def stored(table: str, column: str) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM {table}")  # noqa: S608
        [[value]] = cursor.fetchall()
    return value


def test_no_secret_is_stored_as_it_is(app: pyotp.TOTP, signing: EntryPoint) -> None:
    AssistantFactory.create(webhook_secret=SECRET)

    rows = [
        stored("agents_secondfactor", "secret"),
        stored("queues_entrypoint", "identity_secret"),
        stored("queues_assistant", "webhook_secret"),
    ]

    assert all(row.startswith("encrypted:") for row in rows)
    assert not any(secret in row for secret in (app.secret, SECRET) for row in rows)
    assert len({*rows}) == 3


def test_what_is_empty_stays_so(direct: EntryPoint) -> None:
    assert stored("queues_entrypoint", "identity_secret") == ""
    assert direct.identity_secret == ""


def test_a_new_key_with_the_old_one_as_a_fallback_changes_nothing(
    alice: Agent, app: pyotp.TOTP, signing: EntryPoint, settings: Settings
) -> None:
    rotate(settings, fallbacks=["a still older one", OLD])

    assert sign_in(alice, app) == 200
    assert open_chat(signing) == 201


def test_after_the_command_the_old_key_can_go(
    alice: Agent, app: pyotp.TOTP, signing: EntryPoint, settings: Settings
) -> None:
    rotate(settings, fallbacks=[OLD])

    call_command("reencrypt")

    settings.SECRET_KEY_FALLBACKS = []
    assert sign_in(alice, app) == 200
    assert open_chat(signing) == 201


def test_without_the_key_nothing_fits_and_nothing_is_lost(
    alice: Agent,
    app: pyotp.TOTP,
    signing: EntryPoint,
    direct: EntryPoint,
    settings: Settings,
) -> None:
    rotate(settings, fallbacks=[])

    assert sign_in(alice, app) == 401
    assert open_chat(signing) == 400
    # What is saved meanwhile keeps it.
    factor = SecondFactor.objects.get()
    factor.save()
    signing.refresh_from_db()
    signing.save()
    with pytest.raises(CommandError, match=r"^2 secrets cannot be decrypted"):
        call_command("reencrypt")

    settings.SECRET_KEY_FALLBACKS = [OLD]
    assert sign_in(alice, app) == 200
    assert open_chat(signing) == 201


def test_a_recovery_code_needs_no_key(
    alice: Agent, app: pyotp.TOTP, settings: Settings
) -> None:
    codes = second_factors.renew_recovery_codes(
        alice, code=app.at(clock.now()), now=clock.now()
    )

    rotate(settings, fallbacks=[])

    assert second_factors.is_right(alice, codes[0], now=clock.now())


def test_what_was_stored_before_there_was_encryption_is_read(
    signing: EntryPoint,
) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE queues_entrypoint SET identity_secret = %s", [SECRET])

    assert open_chat(signing) == 201
    call_command("reencrypt")

    assert stored("queues_entrypoint", "identity_secret").startswith("encrypted:")
    assert open_chat(signing) == 201


def test_what_is_changed_by_others_is_not_read() -> None:
    stored = encryption.encrypt("a secret")

    with pytest.raises(encryption.Unreadable):
        encryption.decrypt(stored[:-2] + "A=")
