"""Guessing passwords: counted per account and address, and stopped (contract 3)."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.db import connection
from django.test import Client
from rest_framework.test import APIClient

from agents.models import AccessToken, FailedSignIn
from agents.services import guesses, tokens
from core.addresses import is_loopback, network_of
from core.turns import Turns
from tests.factories import PASSWORD
from tests.steps import API, PROBLEM, refuses, somewhere

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_django import Settings

    from agents.models import Agent
    from tests.stage import Later

HOME, OFFICE = "192.0.2.7", "198.51.100.9"
TOKEN = f"{API}/auth/token/"
WRONG = "not-the-password"


def ask(agent: Agent | str, password: str, address: str = HOME, **more: Any) -> Any:
    """Ask for a token."""
    email = agent if isinstance(agent, str) else agent.email
    return APIClient().post(
        TOKEN, {"email": email, "password": password}, REMOTE_ADDR=address, **more
    )


def sign_in(agent: Agent | str, password: str, address: str = HOME) -> Any:
    """Sign in on the page."""
    email = agent if isinstance(agent, str) else agent.email
    body = {"email": email, "password": password}
    return Client(REMOTE_ADDR=address).post("/", body)


def guess(agent: Agent | str, times: int, address: str | None = HOME) -> None:
    for _ in range(times):
        answer = ask(agent, WRONG, address or somewhere())
        assert (answer.status_code, answer.json()["code"]) == (401, "bad_credentials")


def test_after_ten_failures_even_the_right_password_is_refused(alice: Agent) -> None:
    guess(alice, 10)

    answer = ask(alice, PASSWORD)

    assert answer.status_code == 429
    assert answer["Content-Type"] == PROBLEM
    assert answer.json()["code"] == "too_many"
    assert "minutes" in answer.json()["detail"]
    assert 14 * 60 < int(answer["Retry-After"]) <= 15 * 60
    assert not AccessToken.objects.exists()


def test_nine_failures_are_no_reason(alice: Agent) -> None:
    guess(alice, 9)

    assert ask(alice, PASSWORD).status_code == 200


def test_right_sign_ins_do_not_count(alice: Agent) -> None:
    for _ in range(guesses.PER_ACCOUNT_AND_ADDRESS + 1):
        assert ask(alice, PASSWORD).status_code == 200

    assert not FailedSignIn.objects.exists()


def test_from_another_address_the_person_gets_in(alice: Agent) -> None:
    guess(alice, 10)

    assert ask(alice, PASSWORD, OFFICE).status_code == 200


def test_another_account_gets_in_from_the_same_address(
    alice: Agent, bob: Agent
) -> None:
    guess(alice, 10)

    assert ask(bob, PASSWORD).status_code == 200


def test_a_hundred_failures_from_everywhere_close_the_account(alice: Agent) -> None:
    guess(alice, 100, address=None)

    assert ask(alice, PASSWORD, OFFICE).status_code == 429


# --- many accounts from one address ---------------------------------------------
def guess_accounts(number: int, *addresses: str) -> None:
    """Guess once for so many accounts, from these addresses in turn."""
    for account in range(number):
        address = addresses[account % len(addresses)]
        guess(f"person{account}@acme.example", 1, address)


def test_guesses_at_thirty_accounts_close_the_address(alice: Agent) -> None:
    guess_accounts(30, HOME)

    answer = ask(alice, PASSWORD)
    page = sign_in(alice, PASSWORD)

    refuses(answer, 429, "too_many")
    assert 14 * 60 < int(answer["Retry-After"]) <= 15 * 60
    assert page.status_code == 429
    assert "Too many failed sign-ins. Please wait" in page.content.decode()
    assert not AccessToken.objects.exists()
    assert ask(alice, PASSWORD, OFFICE).status_code == 200


def test_guesses_at_twenty_nine_do_not(alice: Agent) -> None:
    guess_accounts(29, HOME)
    guess("person0@acme.example", 5)

    assert ask(alice, PASSWORD).status_code == 200


def test_a_closed_address_opens_again(alice: Agent, later: Later) -> None:
    guess_accounts(10, HOME)
    later(minutes=10)
    guess_accounts(30, HOME)
    wait = int(ask(alice, PASSWORD)["Retry-After"])

    later(seconds=wait)

    assert 14 * 60 < wait <= 15 * 60
    assert ask(alice, PASSWORD).status_code == 200


def test_addresses_of_one_household_count_as_one(alice: Agent) -> None:
    own = [f"2001:db8:0:1:{number:x}::{number:x}" for number in range(7)]
    guess_accounts(30, *own)

    inside = ask(alice, PASSWORD, "2001:db8:0:1:ffff::1")
    outside = ask(alice, PASSWORD, "2001:db8:0:2::1")

    assert (inside.status_code, outside.status_code) == (429, 200)


def test_an_account_is_not_guessed_from_many_addresses_of_one(alice: Agent) -> None:
    for number in range(10):
        guess(alice, 1, f"2001:db8:0:1::{number:x}")

    assert ask(alice, PASSWORD, "2001:db8:0:1::ffff").status_code == 429


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", ""),
        ("unix:", "unix:"),
    ],
)
def test_what_belongs_to_one_visitor(address: str, network: str) -> None:
    assert network_of(address) == network


# --- no more hashes than there are processors -------------------------------------
@pytest.fixture
def one_at_a_time(monkeypatch: pytest.MonkeyPatch) -> Turns:
    turns = Turns(at_once=1, in_line=0)
    monkeypatch.setattr(tokens, "hashing", turns)
    return turns


def test_beyond_them_people_are_asked_to_come_back(
    alice: Agent, one_at_a_time: Turns
) -> None:
    with one_at_a_time.turn():
        answer = ask(alice, PASSWORD)
        page = sign_in(alice, PASSWORD)

    refuses(answer, 503, "unavailable")
    assert int(answer["Retry-After"]) > 0
    assert page.status_code == 503
    assert int(page["Retry-After"]) > 0
    assert "Please try again in a moment." in page.content.decode()
    assert "_auth_user_id" not in page.client.session
    assert not FailedSignIn.objects.exists()


@pytest.mark.usefixtures("one_at_a_time")
def test_every_sign_in_gives_its_turn_back(alice: Agent) -> None:
    guess(alice, 10)
    assert ask(alice, WRONG).status_code == 429

    assert ask(alice, PASSWORD, OFFICE).status_code == 200


@pytest.mark.parametrize("who", ["alice@acme.example", "nobody@acme.example"])
def test_a_hash_keeps_no_connection_from_others(
    alice: Agent, who: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_meanwhile: list[bool] = []
    encode = MD5PasswordHasher.encode

    def watched(self: MD5PasswordHasher, password: str, salt: str) -> str:
        open_meanwhile.append(connection.connection is not None)
        return encode(self, password, salt)

    monkeypatch.setattr(MD5PasswordHasher, "encode", watched)

    ask(who, WRONG)
    ask(who, PASSWORD)

    assert open_meanwhile == [False, False]


def test_nobody_in_line_keeps_a_connection(
    alice: Agent, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_meanwhile: list[bool] = []

    class Watched(Turns):
        @contextmanager
        def turn(self) -> Iterator[None]:
            open_meanwhile.append(connection.connection is not None)
            with super().turn():
                yield

    monkeypatch.setattr(tokens, "hashing", Watched(at_once=1, in_line=0))

    assert sign_in(alice, PASSWORD).status_code == 302
    assert open_meanwhile == [False]


def test_an_old_hash_is_made_anew(alice: Agent, settings: Settings) -> None:
    old = alice.password
    hashers = "django.contrib.auth.hashers"
    settings.PASSWORD_HASHERS = [
        f"{hashers}.ScryptPasswordHasher",
        f"{hashers}.MD5PasswordHasher",
    ]

    assert sign_in(alice, PASSWORD).status_code == 302

    alice.refresh_from_db()
    assert alice.password != old
    assert alice.password.startswith("scrypt$")
    assert ask(alice, PASSWORD).status_code == 200


# --- the rest ---------------------------------------------------------------------
def test_the_page_and_the_token_count_together(alice: Agent) -> None:
    guess(alice, 5)
    for _ in range(5):
        assert sign_in(alice, WRONG).status_code == 200

    page = sign_in(alice, PASSWORD)

    assert page.status_code == 429
    assert int(page["Retry-After"]) > 0
    assert "Too many failed sign-ins. Please wait" in page.content.decode()
    assert "_auth_user_id" not in page.client.session
    assert ask(alice, PASSWORD).status_code == 429


def test_the_admin_asks_at_the_same_door(ada: Agent) -> None:
    guess(ada, 10)
    client = Client(REMOTE_ADDR=HOME)
    body = {"username": ada.email, "password": PASSWORD}

    client.post("/admin/login/", body)

    assert "_auth_user_id" not in client.session


def test_waiting_helps(alice: Agent, later: Later) -> None:
    guess(alice, 10)
    wait = int(ask(alice, PASSWORD)["Retry-After"])

    later(seconds=wait)

    assert ask(alice, PASSWORD).status_code == 200


def test_knocking_meanwhile_does_not_prolong_the_wait(
    alice: Agent, later: Later
) -> None:
    guess(alice, 10)
    later(minutes=14)
    for _ in range(20):
        assert ask(alice, WRONG).status_code == 429

    later(minutes=1)

    assert ask(alice, PASSWORD).status_code == 200


def test_old_failures_are_thrown_away(alice: Agent, bob: Agent, later: Later) -> None:
    guess(alice, 3)
    later(minutes=16)

    guess(bob, 1)

    assert FailedSignIn.objects.count() == 1


def test_spelling_the_address_otherwise_is_no_way_around(alice: Agent) -> None:
    guess(f" {alice.email.upper()} ", 10)

    assert ask(alice, PASSWORD).status_code == 429


def test_a_forged_address_is_no_way_around(alice: Agent) -> None:
    for number in range(10):
        ask(alice, WRONG, HTTP_X_FORWARDED_FOR=f"203.0.113.{number}")

    assert ask(alice, PASSWORD, HTTP_X_FORWARDED_FOR=OFFICE).status_code == 429


def test_behind_a_trusted_proxy_visitors_are_told_apart(
    alice: Agent, settings: Settings
) -> None:
    settings.TRUSTED_PROXIES = [HOME]
    for _ in range(10):
        ask(alice, WRONG, HTTP_X_FORWARDED_FOR="203.0.113.1")

    refused = ask(alice, PASSWORD, HTTP_X_FORWARDED_FOR="203.0.113.1")
    served = ask(alice, PASSWORD, HTTP_X_FORWARDED_FOR="203.0.113.2")

    assert (refused.status_code, served.status_code) == (429, 200)


@pytest.mark.usefixtures("redis_is_away")
def test_guesses_are_counted_without_redis(alice: Agent) -> None:
    guess(alice, 10)

    assert ask(alice, PASSWORD).status_code == 429


def test_nobody_learns_who_has_an_account(alice: Agent, bob: Agent) -> None:
    bob.is_active = False
    bob.save(update_fields=["is_active"])
    unknown = "nobody@acme.example"

    tokens = [ask(who, WRONG) for who in (alice, bob, unknown)]
    pages = [sign_in(who, WRONG) for who in (alice, bob, unknown)]
    disabled = ask(bob, PASSWORD)

    assert len({(each.status_code, each.content) for each in [*tokens, disabled]}) == 1
    assert {page.status_code for page in pages} == {200}
    for page in pages:
        assert "Email or password is not right." in page.content.decode()
    guess(unknown, 8)
    assert ask(unknown, WRONG).status_code == 429


def test_an_unknown_account_costs_a_hash_too(
    alice: Agent, monkeypatch: pytest.MonkeyPatch
) -> None:
    hashed: list[str] = []
    encode = MD5PasswordHasher.encode

    def counted(self: MD5PasswordHasher, password: str, salt: str) -> str:
        hashed.append(password)
        return encode(self, password, salt)

    monkeypatch.setattr(MD5PasswordHasher, "encode", counted)

    ask(alice, WRONG)
    known = len(hashed)
    ask("nobody@acme.example", WRONG)

    assert (known, len(hashed)) == (1, 2)


@pytest.mark.parametrize(
    ("host", "is_ours_alone"),
    [
        ("127.0.0.1", True),
        ("127.8.8.8", True),
        ("::1", True),
        ("[::1]", True),
        ("::ffff:127.0.0.1", True),
        ("localhost", True),
        ("0.0.0.0", False),  # noqa: S104 - compared, not bound
        ("::", False),
        ("192.0.2.1", False),
        ("::ffff:192.0.2.1", False),
        ("chat.example.com", False),
        ("", False),
    ],
)
def test_what_loopback_is(host: str, is_ours_alone: bool) -> None:
    assert is_loopback(host) == is_ours_alone
