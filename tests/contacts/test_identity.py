"""A customer who is signed in on the company's site (contract 3.3)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import jwt
import pytest
from rest_framework.test import APIClient

from agents.services import configuration
from contacts.models import Contact, Customer, Visitor
from core import clock
from tests import steps
from tests.steps import API, refuses

if TYPE_CHECKING:
    from queues.models import EntryPoint

SECRET = "a-secret-of-the-site-and-of-parley-alone"
HOUR = 3600


@pytest.fixture
def signing(direct: EntryPoint) -> EntryPoint:
    """Acme's chat page, where customers can be signed in."""
    direct.identity_secret = SECRET
    direct.save(update_fields=["identity_secret"])
    return direct


def identity(*, secret: str = SECRET, algorithm: str = "HS256", **claims: Any) -> str:
    claims = {"sub": "dora-1", "exp": int(clock.now().timestamp()) + HOUR, **claims}
    given = {name: value for name, value in claims.items() if value is not None}
    return jwt.encode(given, secret, algorithm=algorithm)


def ask(entry_point: EntryPoint, token: str) -> Any:
    client = APIClient(REMOTE_ADDR=steps.somewhere())
    body = {"entry_point": entry_point.key, "identity": token}
    return steps.post(client, f"{API}/chat/contacts/", body)


def refused(entry_point: EntryPoint, token: str) -> None:
    refuses(ask(entry_point, token), 400, "invalid", errors=["identity"])
    assert not Contact.objects.exists()
    assert not Customer.objects.exists()


def test_who_is_signed_in_is_verified(signing: EntryPoint) -> None:
    token = identity(name="Dora", email="dora@example.com", phone="123")

    chat = steps.open_chat(signing, identity=token)

    customer = chat.contact.customer
    assert customer.is_verified
    assert customer.subject == "dora-1"
    assert (customer.name, customer.email) == ("Dora", "dora@example.com")
    assert (customer.email_key, customer.phone_key) == ("dora@example.com", "123")


def test_the_same_subject_is_the_same_customer(signing: EntryPoint) -> None:
    first = steps.open_chat(signing, identity=identity(name="Dora"))

    second = steps.open_chat(signing, identity=identity())

    assert second.contact.customer == first.contact.customer
    assert second.contact.customer.name == "Dora"


def test_no_browser_is_noted_of_who_is_signed_in(signing: EntryPoint) -> None:
    """Such a row could never match: a browser alone does not lead there."""
    stranger = steps.open_chat(signing)
    before = Visitor.objects.count()

    first = steps.open_chat(signing, identity=identity())
    second = steps.open_chat(signing, visitor=stranger.visitor, identity=identity())

    assert Visitor.objects.count() == before
    assert first.visitor
    assert second.visitor == stranger.visitor


def test_another_subject_is_another_customer(signing: EntryPoint) -> None:
    first = steps.open_chat(signing, identity=identity())

    second = steps.open_chat(signing, identity=identity(sub="eve-1"))

    assert second.contact.customer != first.contact.customer


def test_a_subject_counts_in_its_organisation(
    signing: EntryPoint, help_entry: EntryPoint
) -> None:
    help_entry.identity_secret = SECRET
    help_entry.save(update_fields=["identity_secret"])
    here = steps.open_chat(signing, identity=identity())

    there = steps.open_chat(help_entry, identity=identity())

    assert there.contact.customer != here.contact.customer


def test_a_browser_alone_does_not_lead_to_who_was_signed_in(
    signing: EntryPoint,
) -> None:
    first = steps.open_chat(signing, identity=identity())

    second = steps.open_chat(signing, visitor=first.visitor)

    assert second.contact.customer != first.contact.customer


def test_a_browser_does_not_lead_away_from_who_is_signed_in(
    signing: EntryPoint,
) -> None:
    stranger = steps.open_chat(signing)

    chat = steps.open_chat(signing, visitor=stranger.visitor, identity=identity())

    assert chat.contact.customer.subject == "dora-1"


def test_what_is_typed_is_not_verified_beside_what_is_signed(
    signing: EntryPoint,
) -> None:
    chat = steps.open_chat(
        signing,
        identity=identity(name="Dora"),
        customer={"name": "Mallory", "email": "dora@example.com"},
    )

    customer = chat.contact.customer
    assert (customer.name, customer.email) == ("Dora", "")
    assert chat.contact.prechat == {"name": "Mallory", "email": "dora@example.com"}


@pytest.mark.parametrize(
    "claims",
    [
        {"sub": None},
        {"exp": None},
        {"sub": ""},
        {"sub": "x" * 201},
        {"sub": "a\x00b"},
        {"sub": "\ud800"},
        {"exp": 0},
        {"exp": -1},
        {"exp": "tomorrow"},
        {"exp": 10**400},
        {"exp": []},
        {"nbf": 10**12},
        {"iat": "yesterday"},
        {"name": 7},
        {"name": "x" * 101},
        {"email": ["a@b.example"]},
        {"email": "nobody"},
        {"email": "dora@exa\u200bmple.com"},
        {"phone": "1" * 51},
        {"name": "\ud800"},
    ],
    ids=lambda claims: str(claims)[:30],
)
def test_wrong_claims_are_refused(signing: EntryPoint, claims: dict[str, Any]) -> None:
    refused(signing, identity(**claims))


def test_an_identity_lasts_for_a_day_at_most(signing: EntryPoint) -> None:
    now = int(clock.now().timestamp())

    refused(signing, identity(exp=now - 90))
    refused(signing, identity(exp=now + 24 * HOUR + 90))
    assert ask(signing, identity(exp=now + 24 * HOUR - 60)).status_code == 201


@pytest.mark.parametrize("name", ["iat", "nbf"])
def test_the_clocks_may_differ_by_a_minute(signing: EntryPoint, name: str) -> None:
    now = int(clock.now().timestamp())
    early: dict[str, Any] = {name: now + 90}
    current: list[dict[str, Any]] = [{name: now + 30}, {"exp": now - 30}]

    refused(signing, identity(**early))
    for claims in current:
        assert ask(signing, identity(**claims)).status_code == 201


def test_an_audience_is_ignored(signing: EntryPoint) -> None:
    assert ask(signing, identity(aud="elsewhere")).status_code == 201


@pytest.mark.filterwarnings("ignore::jwt.warnings.InsecureKeyLengthWarning")
def test_a_secret_that_can_be_guessed_signs_nobody_in(signing: EntryPoint) -> None:
    short = "x" * 31
    signing.identity_secret = short
    with pytest.raises(configuration.NotValid) as refusal:
        configuration.save(signing)
    assert list(refusal.value.errors or {}) == ["identity_secret"]

    signing.save(update_fields=["identity_secret"])
    refused(signing, identity(secret=short))


def test_infinity_is_no_time(signing: EntryPoint) -> None:
    for exp in ("1e999", "-1e999", "NaN"):
        payload = f'{{"sub": "dora-1", "exp": {exp}}}'.encode()
        token = jwt.PyJWS().encode(payload, SECRET, algorithm="HS256")

        refused(signing, token)


@pytest.mark.parametrize(
    "token", ["x", "a.b.c", "é.é.é", "." * 10, "x" * 9000, "\x00", "\ud800"]
)
def test_what_is_no_token_is_refused(signing: EntryPoint, token: str) -> None:
    refused(signing, token)


def test_another_signature_is_refused(signing: EntryPoint) -> None:
    refused(signing, identity(secret="another-secret-of-quite-some-length"))
    refused(signing, identity(algorithm="HS512", secret=SECRET * 2))
    unsigned = jwt.encode({"sub": "dora-1"}, "", algorithm="none")
    refused(signing, unsigned)


def test_without_a_secret_nobody_is_signed_in(direct: EntryPoint) -> None:
    refused(direct, identity())
