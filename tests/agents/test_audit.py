"""Who signed in and who did not, passwords, second factors and tokens: in the trail."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client
from django.urls import reverse
from rest_framework.test import APIClient

from agents.models import AccessToken, Agent, AuditEntry
from agents.services import guesses, sign_ins
from contacts import jobs
from core import clock
from tests import steps, trail
from tests.administration.pages.site import add, change, delete, page
from tests.agents.test_otp import SET_UP, code_for, code_of, shown_secret, turn_on
from tests.factories import PASSWORD, AuditEntryFactory
from tests.steps import API, client_for, with_factor

if TYPE_CHECKING:
    from agents.models import Organisation
    from queues.models import EntryPoint
    from tests.stage import Later

HOME, OFFICE = "192.0.2.7", "198.51.100.9"
NEW = "quite another sentence"


def enter(agent: Agent | str, password: str = PASSWORD, address: str = HOME) -> Client:
    """Send a password to the sign-in page; return the browser."""
    email = agent if isinstance(agent, str) else agent.email
    browser = Client(REMOTE_ADDR=address)
    browser.post("/", {"email": email, "password": password})
    return browser


def ask(email: str, password: str, address: str = HOME, **more: str) -> Any:
    body = {"email": email, "password": password, **more}
    return APIClient().post(f"{API}/auth/token/", body, REMOTE_ADDR=address)


def of_unknown() -> list[AuditEntry]:
    return list(AuditEntry.objects.filter(organisation=None).order_by("pk"))


# --- in -------------------------------------------------------------------------
def test_a_sign_in_on_the_page(ada: Agent, alice: Agent) -> None:
    enter(alice)

    entry = trail.said(ada, "signed_in")
    assert entry["actor"] == {"id": alice.pk, "display_name": "Alice"}
    assert (entry["address"], entry["object"], entry["changes"]) == (HOME, None, {})


def test_a_sign_in_over_rest_makes_a_token(ada: Agent, alice: Agent) -> None:
    answer = ask(alice.email, PASSWORD)

    made, signed_in = trail.read(ada)
    assert (signed_in["action"], made["action"]) == ("signed_in", "token_made")
    assert made["actor"]["id"] == alice.pk
    assert made["object"]["name"] == "Token of Alice"
    assert made["changes"]["expires_at"][1][:10] == answer.json()["expires_at"][:10]


def test_half_a_sign_in_is_none(ada: Agent, alice: Agent) -> None:
    with_factor(alice)

    browser = enter(alice)
    before = trail.read(ada)
    browser.post("/", {"code": "000000"})
    wrong = trail.said(ada, "sign_in_refused")
    browser.post("/", {"code": code_of(alice)})

    assert before == []
    assert wrong["actor"] is None
    assert wrong["object"] == {"kind": "agent", "id": alice.pk, "name": "Alice"}
    [entry] = trail.read(ada, action="signed_in", actor=alice.pk)
    assert entry["address"] == HOME


# --- refused ----------------------------------------------------------------------
@pytest.mark.parametrize("way", [enter, ask])
def test_a_refusal_survives_the_request(ada: Agent, alice: Agent, way: Any) -> None:
    way(alice.email.upper(), "my-other-password")

    entry = trail.said(ada, "sign_in_refused")
    assert (entry["actor"], entry["address"]) == (None, HOME)
    assert entry["object"] == {"kind": "agent", "id": alice.pk, "name": "Alice"}
    assert "my-other-password" not in str(list(AuditEntry.objects.values()))


def test_an_account_that_does_not_exist_is_of_no_organisation(
    ada: Agent, root: Agent
) -> None:
    ask("mallory@evil.example", PASSWORD)

    [entry] = of_unknown()
    assert (entry.action, entry.object_name) == (
        "sign_in_refused",
        "mallory@evil.example",
    )
    assert trail.read(ada) == []
    browser = Client()
    browser.force_login(root)
    assert (
        b"mallory@evil.example" in browser.get(page(AuditEntry, "changelist")).content
    )
    browser.force_login(ada)
    assert b"mallory" not in browser.get(page(AuditEntry, "changelist")).content
    answer = browser.get(page(AuditEntry, "change", entry.pk))
    assert answer.status_code == 404


@pytest.mark.parametrize(
    "typed", ["my-secret-password", "a\u200bb@evil.example", "x\n@evil.example", "@"]
)
def test_what_is_no_address_is_not_kept(db: None, typed: str) -> None:
    ask(typed, "wrong")

    assert [entry.object_name for entry in of_unknown()] == [""]


@pytest.mark.usefixtures("later")
def test_a_lock_out_is_told_once(ada: Agent, alice: Agent, later: Later) -> None:
    for _ in range(guesses.PER_ACCOUNT_AND_ADDRESS + 5):
        ask(alice.email, "wrong")

    refused = trail.read(ada, action="sign_in_refused")
    assert len(refused) == guesses.PER_ACCOUNT_AND_ADDRESS
    entry = trail.said(ada, "locked_out")
    assert entry["object"]["id"] == alice.pk
    assert (entry["actor"], entry["address"]) == (None, HOME)
    assert entry["reason"] == "10 failed sign-ins from this address"

    later(minutes=16)
    for _ in range(guesses.PER_ACCOUNT_AND_ADDRESS + 5):
        ask(alice.email, "wrong")
    assert len(trail.read(ada, action="locked_out")) == 2


def test_a_locked_address_is_told_too(db: None) -> None:
    for account in range(guesses.PER_ADDRESS + 3):
        ask(f"person{account}@acme.example", "wrong")

    [entry] = [each for each in of_unknown() if each.action == "locked_out"]
    assert entry.reason == "Failed sign-ins for 30 accounts from this address"
    assert entry.address == HOME


def test_guesses_at_unknown_accounts_do_not_fill_the_trail(
    alice: Agent, ada: Agent, later: Later
) -> None:
    AuditEntryFactory.create_batch(
        sign_ins.MAX_OF_UNKNOWN - 1,
        organisation=None,
        kind="account",
        action="sign_in_refused",
    )

    for account in range(3):
        ask(f"person{account}@acme.example", "wrong")
    ask(alice.email, "wrong")

    assert len(of_unknown()) == sign_ins.MAX_OF_UNKNOWN
    assert trail.said(ada, "sign_in_refused")["object"]["id"] == alice.pk
    later(minutes=16)
    ask("person9@acme.example", "wrong")
    assert len(of_unknown()) == sign_ins.MAX_OF_UNKNOWN + 1


# --- out ----------------------------------------------------------------------------
def test_signing_out_at_the_desk(ada: Agent, alice: Agent) -> None:
    steps.go_available(alice)

    answer = client_for(alice).post(f"{API}/me/sign-out/", REMOTE_ADDR=HOME)

    assert answer.status_code == 204
    entry = trail.said(ada, "signed_out")
    assert (entry["actor"]["id"], entry["address"]) == (alice.pk, HOME)


def test_who_may_not_sign_out_has_not(
    ada: Agent, alice: Agent, direct: EntryPoint
) -> None:
    steps.connected(alice, direct)

    answer = client_for(alice).post(f"{API}/me/sign-out/")

    assert answer.status_code == 409
    assert trail.read(ada, action="signed_out") == []


def test_signing_out_of_the_administration(ada: Agent) -> None:
    browser = enter(ada)

    browser.post(reverse("admin:logout"))
    browser.post(reverse("admin:logout"))

    entry = trail.said(ada, "signed_out")
    assert (entry["actor"]["id"], entry["address"]) == (ada.pk, HOME)
    assert browser.get(f"{API}/me/").status_code == 401


def test_the_system_signs_out_who_does_nothing(
    ada: Agent, alice: Agent, acme: Organisation, later: Later
) -> None:
    acme.desk_inactivity_seconds = 120
    acme.save(update_fields=["desk_inactivity_seconds"])
    steps.go_available(alice)

    jobs.sign_out_inactive_agents(later(minutes=5))

    entry = trail.said(ada, "signed_out")
    assert (entry["actor"], entry["object"]["id"]) == (None, alice.pk)
    assert (entry["reason"], entry["address"]) == ("inactivity", "")


# --- tokens -------------------------------------------------------------------------
@pytest.mark.parametrize("way", ["rest", "page"])
def test_a_programs_token_made_and_revoked(ada: Agent, alice: Agent, way: str) -> None:
    client, browser = client_for(ada), enter(ada)
    body = {"name": "Wallboard", "agent": alice.pk, "scopes": ["read"]}
    if way == "rest":
        token = client.post(f"{API}/tokens/", body).json()["id"]
        client.delete(f"{API}/tokens/{token}/")
    else:
        soon = clock.now() + timedelta(days=30)
        until = {"expires_at_0": f"{soon:%Y-%m-%d}", "expires_at_1": "18:00:00"}
        assert add(browser, AccessToken, **body, **until).status_code == 200
        assert delete(browser, alice.tokens.get(name="Wallboard")).status_code == 302

    [made] = [
        each
        for each in trail.read(ada, action="token_made", actor=ada.pk)
        if each["object"]["name"] == "Wallboard"
    ]
    assert made["changes"]["agent"] == [None, "Alice"]
    assert made["changes"]["scopes"] == [None, ["read"]]
    revoked = trail.said(ada, "token_revoked")
    assert revoked["object"] == made["object"]
    assert (revoked["actor"]["id"], made["object"]["kind"]) == (ada.pk, "token")


def test_a_token_that_ends_itself(ada: Agent, alice: Agent) -> None:
    client_for(alice).delete(f"{API}/auth/token/", REMOTE_ADDR=HOME)

    entry = trail.said(ada, "token_revoked")
    assert (entry["actor"]["id"], entry["address"]) == (alice.pk, HOME)


def test_tokens_that_end_with_a_password(ada: Agent, alice: Agent) -> None:
    client = client_for(ada)
    body = {"name": "Wallboard", "agent": alice.pk, "scopes": ["read"]}
    client.post(f"{API}/tokens/", body)

    client.patch(f"{API}/agents/{alice.pk}/", {"password": NEW})

    entry = trail.said(ada, "token_revoked")
    assert entry["object"]["name"] == "Wallboard"
    assert not alice.tokens.exists()


# --- passwords ------------------------------------------------------------------------
@pytest.mark.parametrize("way", ["rest", "page"])
def test_a_password_set_by_an_administrator(ada: Agent, alice: Agent, way: str) -> None:
    if way == "rest":
        client_for(ada).patch(f"{API}/agents/{alice.pk}/", {"password": NEW})
    else:
        change(enter(ada), alice, new_password=NEW)

    alice.refresh_from_db()
    assert alice.check_password(NEW)
    entry = trail.said(ada, "password_set")
    assert (entry["actor"]["id"], entry["object"]["id"]) == (ada.pk, alice.pk)
    assert entry["changes"] == {}
    assert trail.read(ada, action="changed") == []


def test_ones_own_password(ada: Agent) -> None:
    body = {"current": PASSWORD, "new": NEW, "again": NEW}

    enter(ada).post("/password/", body)

    ada.refresh_from_db()
    assert ada.check_password(NEW)
    entry = trail.said(ada, "password_set")
    assert entry["actor"]["id"] == entry["object"]["id"] == ada.pk


def test_a_weak_password_is_not_set(ada: Agent, alice: Agent) -> None:
    answer = client_for(ada).patch(f"{API}/agents/{alice.pk}/", {"password": "abc"})

    assert answer.status_code == 400
    assert trail.read(ada, action="password_set") == []


# --- second factors -------------------------------------------------------------------
def test_a_second_factor_set_renewed_and_removed(
    ada: Agent, alice: Agent, later: Later
) -> None:
    browser = enter(alice)
    turn_on(browser, secret := shown_secret(browser.get(SET_UP)))
    for step in ("renew", "remove"):
        later(minutes=2)
        browser.post(SET_UP, {"step": step, "code": code_for(secret)})

    removed, renewed, made = (
        each for each in trail.read(ada) if "second_factor" in each["action"]
    )
    assert [each["action"] for each in (made, renewed, removed)] == [
        "second_factor_set",
        "second_factor_set",
        "second_factor_removed",
    ]
    assert (made["reason"], renewed["reason"]) == ("", "New recovery codes")
    for each in (made, renewed, removed):
        assert each["actor"]["id"] == each["object"]["id"] == alice.pk
        assert each["address"] == HOME
    assert secret not in str(list(AuditEntry.objects.values()))


def test_a_wrong_code_sets_nothing(ada: Agent, alice: Agent) -> None:
    browser = enter(alice)
    browser.get(SET_UP)

    browser.post(SET_UP, {"step": "set_up", "code": "000000"})

    assert trail.read(ada, action="second_factor_set") == []


@pytest.mark.parametrize("way", ["rest", "bulk"])
def test_a_second_factor_taken_away(ada: Agent, alice: Agent, way: str) -> None:
    with_factor(alice)
    body = {"action": "take_second_factor_away", "_selected_action": [alice.pk]}
    address = f"{API}/agents/{alice.pk}/second-factor/"
    client, browser = client_for(ada), enter(ada)

    for _ in range(2):  # the second time there is none
        if way == "rest":
            assert client.delete(address).status_code == 204
        else:
            browser.post(page(Agent, "changelist"), body)

    entry = trail.said(ada, "second_factor_removed")
    assert (entry["actor"]["id"], entry["object"]["id"]) == (ada.pk, alice.pk)


def test_too_many_codes_lock_the_account(ada: Agent, alice: Agent) -> None:
    browser = enter(alice)
    browser.get(SET_UP)

    for _ in range(guesses.PER_ACCOUNT_AND_ADDRESS + 1):
        browser.post(SET_UP, {"step": "set_up", "code": "000000"})

    assert trail.said(ada, "locked_out")["object"]["id"] == alice.pk
