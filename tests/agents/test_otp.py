"""The second factor: set up, asked for everywhere, required by an organisation."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pyotp
import pytest
from django.test import Client
from rest_framework.test import APIClient

from agents.models import AccessToken, Agent, RecoveryCode, SecondFactor
from agents.services import second_factors
from core import clock
from tests import sockets
from tests.factories import PASSWORD
from tests.steps import (
    API,
    client_for,
    connected,
    refuses,
    token_of,
    with_factor,
    with_token,
)

if TYPE_CHECKING:
    from pytest_django import Settings

    from agents.models import Organisation
    from queues.models import EntryPoint
    from tests.stage import Later

TOKEN = f"{API}/auth/token/"
SET_UP = "/second-factor/"


def code_of(agent: Agent) -> str:
    """Return what the agent's app shows now."""
    return code_for(SecondFactor.objects.get(agent=agent).secret)


def code_for(secret: str) -> str:
    return pyotp.TOTP(secret).at(clock.now())


def shown_secret(page: Any) -> str:
    """Return the secret on the page that sets a factor up."""
    (secret,) = re.findall(r"<code>([A-Z2-7]{32})</code>", page.content.decode())
    return str(secret)


def shown_codes(page: Any) -> list[str]:
    """Return the recovery codes on the page."""
    return re.findall(r"<code>([a-z2-7-]{19})</code>", page.content.decode())


def turn_on(client: Client, secret: str) -> Any:
    return client.post(SET_UP, {"step": "set_up", "code": code_for(secret)})


@pytest.fixture
def recovery_codes(alice: Agent, later: Later) -> list[str]:
    """Alice has a second factor; time has passed since she set it up."""
    secret = second_factors.new_secret()
    codes = second_factors.confirm(
        alice, secret=secret, code=code_for(secret), now=clock.now()
    )
    later(minutes=2)
    return codes


def require(ada: Agent) -> None:
    """Let Ada, who has a second factor, require one of all Acme."""
    with_factor(ada)
    body = {"require_second_factor": True}
    answer = client_for(ada).patch(f"{API}/organisation/", body)
    assert answer.json()["require_second_factor"] is True


def ask(agent: Agent, otp: str | None = None, password: str = PASSWORD) -> Any:
    body = {"email": agent.email, "password": password}
    return APIClient().post(TOKEN, body if otp is None else {**body, "otp": otp})


def enter(client: Client, agent: Agent, password: str = PASSWORD) -> Any:
    body = {"email": agent.email, "password": password}
    return client.post("/?next=/desk/", body)


def is_signed_in(client: Client) -> bool:
    return bool(client.get(f"{API}/me/").status_code == 200)


# --- tokens ---------------------------------------------------------------------
@pytest.mark.usefixtures("recovery_codes")
def test_a_token_takes_the_code_too(alice: Agent) -> None:
    asked = ask(alice)
    wrong = ask(alice, "000000")
    guessed = ask(alice, password="wrong")
    served = ask(alice, code_of(alice))

    assert (asked.status_code, asked.json()["code"]) == (401, "otp_required")
    assert (wrong.status_code, wrong.json()["code"]) == (401, "bad_credentials")
    assert (guessed.status_code, guessed.json()["code"]) == (401, "bad_credentials")
    assert served.status_code == 200
    assert AccessToken.objects.count() == 1


@pytest.mark.usefixtures("recovery_codes")
def test_a_code_counts_once(alice: Agent) -> None:
    code = code_of(alice)

    answers = [ask(alice, code), ask(alice, code)]

    assert [answer.status_code for answer in answers] == [200, 401]


@pytest.mark.usefixtures("recovery_codes")
def test_an_older_code_does_not_count_after_a_newer_one(
    alice: Agent, later: Later
) -> None:
    old = code_of(alice)
    later(seconds=30)

    answers = [ask(alice, code_of(alice)), ask(alice, old)]

    assert [answer.status_code for answer in answers] == [200, 401]


@pytest.mark.usefixtures("recovery_codes")
def test_a_telephones_clock_may_be_half_a_minute_off(
    alice: Agent, later: Later
) -> None:
    slow, late = code_of(alice), code_of(alice)
    later(seconds=30)
    assert ask(alice, slow).status_code == 200

    later(minutes=2)

    assert ask(alice, late).status_code == 401


def test_a_recovery_code_counts_once(alice: Agent, recovery_codes: list[str]) -> None:
    first, second, *_ = recovery_codes

    answers = [ask(alice, first), ask(alice, first), ask(alice, second.upper())]

    assert [answer.status_code for answer in answers] == [200, 401, 200]


def test_recovery_codes_are_kept_as_digests(recovery_codes: list[str]) -> None:
    kept = str(list(RecoveryCode.objects.values()))

    assert len(set(recovery_codes)) == 10
    assert not any(
        code in kept or code.replace("-", "") in kept for code in recovery_codes
    )


@pytest.mark.usefixtures("recovery_codes")
def test_codes_cannot_be_guessed_for_long(alice: Agent) -> None:
    for _ in range(10):
        ask(alice, "000000")

    answer = ask(alice, code_of(alice))

    assert answer.status_code == 429
    assert int(answer["Retry-After"]) > 0


def test_without_a_factor_none_is_asked_for(alice: Agent) -> None:
    assert ask(alice).status_code == 200
    assert ask(alice, "").status_code == 200


def test_a_factor_that_is_not_confirmed_is_none(alice: Agent) -> None:
    SecondFactor.objects.create(agent=alice, secret=pyotp.random_base32())

    assert ask(alice).status_code == 200


# --- the page ---------------------------------------------------------------------
@pytest.mark.usefixtures("recovery_codes")
def test_the_page_asks_for_the_code(alice: Agent) -> None:
    client = Client()

    first = enter(client, alice)
    assert (first.status_code, first["Location"]) == (302, "/?next=/desk/")
    page = client.get(first["Location"]).content.decode()
    assert '<label class="field__label" for="id_code">Code</label>' in page
    assert "Password" not in page
    assert not is_signed_in(client)
    wrong = client.post("/?next=/desk/", {"code": "000000"})
    assert 'role="alert"' in wrong.content.decode()
    right = client.post("/?next=/desk/", {"code": code_of(alice)})

    assert right["Location"] == "/desk/"
    assert is_signed_in(client)


@pytest.mark.usefixtures("recovery_codes")
def test_a_wrong_password_asks_for_no_code(alice: Agent) -> None:
    client = Client()

    enter(client, alice, "wrong")

    assert "id_code" not in client.get("/").content.decode()


@pytest.mark.usefixtures("recovery_codes")
def test_half_way_is_nowhere(alice: Agent) -> None:
    client = Client()
    enter(client, alice)

    assert client.get("/desk/").status_code == 302
    assert client.get("/admin/").status_code == 302
    assert client.get(SET_UP)["Location"] == "/"
    assert client.get(f"{API}/me/").status_code in {401, 403}


@pytest.mark.usefixtures("recovery_codes")
def test_half_way_gets_a_new_session(alice: Agent) -> None:
    client = Client()
    planted = client.session
    planted["planted"] = True
    planted.save()

    enter(client, alice)

    assert client.session.session_key != planted.session_key


@pytest.mark.usefixtures("recovery_codes")
def test_half_way_ends_after_ten_minutes(alice: Agent, later: Later) -> None:
    client = Client()
    enter(client, alice)

    later(minutes=11)
    client.post("/", {"code": code_of(alice)})

    assert not is_signed_in(client)


@pytest.mark.usefixtures("recovery_codes")
def test_half_way_ends_with_the_password(alice: Agent) -> None:
    client = Client()
    enter(client, alice)
    alice.set_password("another-quiet-harbour")
    alice.save(update_fields=["password"])

    client.post("/", {"code": code_of(alice)})

    assert not is_signed_in(client)


@pytest.mark.usefixtures("recovery_codes")
def test_one_can_start_over(alice: Agent, bob: Agent) -> None:
    client = Client()
    enter(client, alice)

    client.post("/", {"start_over": "1"})

    assert "id_password" in client.get("/").content.decode()
    enter(client, bob)
    assert is_signed_in(client)


@pytest.mark.usefixtures("recovery_codes")
def test_codes_cannot_be_guessed_on_the_page(alice: Agent) -> None:
    client = Client()
    enter(client, alice)
    for _ in range(10):
        client.post("/", {"code": "000000"})

    answer = client.post("/", {"code": code_of(alice)})

    assert answer.status_code == 429
    assert "Too many failed sign-ins" in answer.content.decode()
    assert not is_signed_in(client)


# --- setting it up ------------------------------------------------------------------
def test_setting_it_up_of_ones_own_will(alice: Agent, later: Later) -> None:
    client = Client()
    enter(client, alice)

    page = client.get(SET_UP)
    secret = shown_secret(page)
    assert "<svg" in page.content.decode()
    assert "style=" not in page.content.decode()
    assert "no-store" in page["Cache-Control"]
    wrong = client.post(SET_UP, {"step": "set_up", "code": "000000"})
    assert (wrong.status_code, second_factors.has_one(alice)) == (400, False)
    assert shown_secret(wrong) == secret
    done = turn_on(client, secret)

    codes = shown_codes(done)
    assert len(codes) == 10
    assert second_factors.has_one(alice)
    assert secret not in client.get(SET_UP).content.decode()
    assert ask(alice, codes[0]).status_code == 200


def test_recovery_codes_are_shown_once(alice: Agent) -> None:
    client = Client()
    enter(client, alice)
    secret = shown_secret(client.get(SET_UP))

    first = turn_on(client, secret)
    again = turn_on(client, secret)
    later_on = client.get(SET_UP)

    assert len(shown_codes(first)) == 10
    assert "Your second factor is on already." in again.content.decode()
    assert shown_codes(again) == shown_codes(later_on) == []
    assert ask(alice, shown_codes(first)[0]).status_code == 200


def test_a_thief_of_the_password_does_not_know_the_secret(alice: Agent) -> None:
    thief, owner = Client(), Client()
    enter(thief, alice)
    noted = shown_secret(thief.get(SET_UP))
    enter(owner, alice)

    secret = shown_secret(owner.get(SET_UP))
    refused = turn_on(owner, noted)
    done = turn_on(owner, secret)

    assert secret != noted
    assert refused.status_code == 400
    assert len(shown_codes(done)) == 10
    assert ask(alice, code_for(noted)).status_code == 401
    assert turn_on(thief, noted).status_code == 409


def test_every_sign_in_begins_with_a_new_secret(alice: Agent) -> None:
    client = Client()
    enter(client, alice)
    first = shown_secret(client.get(SET_UP))
    again = shown_secret(client.get(SET_UP))

    enter(client, alice)

    assert first == again
    assert shown_secret(client.get(SET_UP)) != first
    assert turn_on(client, first).status_code == 400


def test_a_new_password_makes_a_new_secret(ada: Agent) -> None:
    client = Client()
    enter(client, ada)
    first = shown_secret(client.get(SET_UP))

    client.post(
        "/password/",
        {
            "current": PASSWORD,
            "new": "another-harbour-43",
            "again": "another-harbour-43",
        },
    )

    assert is_signed_in(client)
    refused = turn_on(client, first)
    assert refused.status_code == 400
    assert shown_secret(refused) != first
    assert not second_factors.has_one(ada)


def test_a_secret_lasts_ten_minutes(alice: Agent, later: Later) -> None:
    client = Client()
    enter(client, alice)
    first = shown_secret(client.get(SET_UP))

    later(minutes=11)
    refused = turn_on(client, first)

    assert refused.status_code == 400
    assert "That took too long." in refused.content.decode()
    assert shown_secret(refused) != first
    assert turn_on(client, shown_secret(refused)).status_code == 200


def test_an_unfinished_one_of_an_earlier_version_is_replaced(alice: Agent) -> None:
    old = pyotp.random_base32()
    SecondFactor.objects.create(agent=alice, secret=old)
    client = Client()
    enter(client, alice)

    secret = shown_secret(client.get(SET_UP))
    turn_on(client, secret)

    assert secret != old
    assert SecondFactor.objects.get(agent=alice).secret == secret


def test_the_superuser_has_one_too(root: Agent, later: Later) -> None:
    client, other = Client(), Client()
    enter(client, root)
    secret = shown_secret(client.get(SET_UP))
    turn_on(client, secret)
    later(minutes=2)

    other.post("/", {"email": root.email, "password": PASSWORD})
    assert other.get("/admin/").status_code == 302
    other.post("/", {"code": code_for(secret)})

    assert other.get("/admin/").status_code == 200
    refuses(ask(root), 401, "otp_required")


@pytest.mark.usefixtures("recovery_codes")
def test_turning_it_off_takes_a_code(alice: Agent) -> None:
    client = Client()
    client.force_login(alice)

    refused = client.post(SET_UP, {"step": "remove", "code": "000000"})
    assert (refused.status_code, second_factors.has_one(alice)) == (400, True)
    client.post(SET_UP, {"step": "remove", "code": code_of(alice)})

    assert not second_factors.has_one(alice)
    assert not RecoveryCode.objects.exists()


def test_new_recovery_codes_replace_the_old(
    alice: Agent, recovery_codes: list[str]
) -> None:
    client = Client()
    client.force_login(alice)

    page = client.post(SET_UP, {"step": "renew", "code": code_of(alice)})

    codes = shown_codes(page)
    assert len(codes) == 10
    assert ask(alice, recovery_codes[0]).status_code == 401
    assert ask(alice, codes[0]).status_code == 200


def test_nobody_else_gets_there() -> None:
    assert Client().get(SET_UP)["Location"] == "/"


# --- required -------------------------------------------------------------------------
def test_it_takes_nobody_from_a_conversation(
    ada: Agent, alice: Agent, direct: EntryPoint
) -> None:
    chat = connected(alice, direct)
    browser = Client()
    enter(browser, alice)

    with sockets.desk_in_browser(browser) as desk:
        desk.read_until("welcome")
        require(ada)
        desk.send("send", contact=chat.id, client_id="1", text="Still here")
        desk.read_until("ack")

    assert is_signed_in(browser)
    assert client_for(alice).get(f"{API}/me/").status_code == 200


def test_whoever_requires_it_has_one(ada: Agent, acme: Organisation) -> None:
    body = {"require_second_factor": True, "name": "Acme Ltd"}

    answer = client_for(ada).patch(f"{API}/organisation/", body)

    refuses(answer, 409, "wrong_state", errors=["require_second_factor"])
    assert "Set up a second factor of your own first" in answer.json()["detail"]
    acme.refresh_from_db()
    assert (acme.require_second_factor, acme.name) == (False, "Acme")


def test_who_lacks_it_sets_it_up_at_the_next_sign_in(ada: Agent, alice: Agent) -> None:
    client = Client()
    require(ada)

    refuses(ask(alice), 401, "otp_required")
    sent = enter(client, alice)
    assert sent["Location"] == "/second-factor/?next=%2Fdesk%2F"
    assert not is_signed_in(client)
    page = client.get(sent["Location"])
    assert "Your organisation requires a second factor." in page.content.decode()
    code = code_for(shown_secret(page))
    done = client.post(sent["Location"], {"step": "set_up", "code": code})
    assert 'href="/desk/"' in done.content.decode()
    assert is_signed_in(client)


@pytest.mark.usefixtures("recovery_codes")
def test_who_has_it_stays(ada: Agent, alice: Agent) -> None:
    client, program = Client(), client_for(alice)
    client.force_login(alice)

    require(ada)

    assert is_signed_in(client)
    assert program.get(f"{API}/me/").status_code == 200
    off = client.post(SET_UP, {"step": "remove", "code": code_of(alice)})
    assert off.status_code == 403
    assert second_factors.has_one(alice)


def test_other_organisations_do_not_feel_it(ada: Agent, gina: Agent) -> None:
    program = client_for(gina)

    require(ada)

    assert program.get(f"{API}/me/").status_code == 200
    assert ask(gina).status_code == 200


def test_programs_with_tokens_of_administrators_stay(ada: Agent, alice: Agent) -> None:
    body = {"name": "Wallboard", "agent": alice.pk, "scopes": ["read"]}
    token = client_for(ada).post(f"{API}/tokens/", body).json()["token"]

    require(ada)

    assert with_token(token).get(f"{API}/me/").status_code == 200


def test_an_installation_requires_one_of_everybody(
    root: Agent, gina: Agent, settings: Settings
) -> None:
    settings.REQUIRE_SECOND_FACTOR = True

    for person in (root, gina):
        client = Client()
        refused = ask(person)
        sent = enter(client, person)
        page = client.get(sent["Location"])
        turn_on(client, shown_secret(page))
        off = client.post(SET_UP, {"step": "remove", "code": "000000"})

        refuses(refused, 401, "otp_required")
        assert sent["Location"].startswith(SET_UP)
        assert "Everybody signs in with a second factor here." in page.content.decode()
        assert off.status_code == 403
        assert second_factors.has_one(person)


# --- lost -----------------------------------------------------------------------------
@pytest.mark.usefixtures("recovery_codes")
def test_an_administrator_takes_a_lost_factor_away(ada: Agent, alice: Agent) -> None:
    answer = client_for(ada).delete(f"{API}/agents/{alice.pk}/second-factor/")

    assert answer.status_code == 204
    assert ask(alice).status_code == 200
    assert not RecoveryCode.objects.exists()


@pytest.mark.usefixtures("recovery_codes")
def test_nobody_else_does(alice: Agent, bob: Agent, greta: Agent) -> None:
    url = f"{API}/agents/{alice.pk}/second-factor/"

    answers = [with_token(token_of(who)).delete(url) for who in (bob, greta)]

    assert [answer.status_code for answer in answers] == [403, 404]
    assert second_factors.has_one(alice)
