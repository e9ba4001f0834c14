"""A forgotten password, and an invitation: one link by mail, which tells nobody who has
an account."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from django.contrib.auth import get_user
from django.urls import reverse
from rest_framework.test import APIClient

from agents import tasks
from agents.models import Agent, Mail, PasswordLink
from agents.services import password_links
from tests import steps
from tests.factories import PASSWORD
from tests.post_office import html_of, text_of
from tests.steps import API, client_for
from tests.threads import at_once

if TYPE_CHECKING:
    from django.test import Client
    from pytest_django import Settings

    from agents.models import Organisation
    from tests.clockwork import Clockwork
    from tests.post_office import PostOffice

LINK = re.compile(r"https://chat\.acme\.example/password/new/#code=([\w-]+)")
NEW = "a long sentence, no word"


@pytest.fixture
def asked(alice: Agent, post_office: PostOffice, clockwork: Clockwork) -> str:
    """The code of a link that Alice has asked for."""
    tasks.password_forgotten("  ALICE@acme.example ".strip())
    return code_in(post_office)


def code_in(post_office: PostOffice) -> str:
    post_office.sends()
    letter = post_office.letters[-1]
    (code,) = LINK.findall(text_of(letter))
    assert LINK.findall(html_of(letter)) == [code]
    return str(code)


def choose(client: Client, code: str, new: str = NEW) -> Any:
    body = {"code": code, "new": new, "again": new}
    where = steps.somewhere()
    return client.post(reverse("new-password"), body, REMOTE_ADDR=where)


def can_sign_in(password: str, email: str = "alice@acme.example") -> bool:
    body = {"email": email, "password": password}
    where = steps.somewhere()
    answer = APIClient().post(
        f"{API}/auth/token/", body, format="json", REMOTE_ADDR=where
    )
    return bool(answer.status_code == 200)


def test_a_link_sets_a_new_password_once_and_signs_out_everywhere(
    client: Client, asked: str, alice: Agent
) -> None:
    program = client_for(alice)
    client.force_login(alice)

    answer = choose(client, asked)

    assert answer.status_code == 200
    assert "Your password is set" in answer.content.decode()
    assert can_sign_in(NEW)
    assert not can_sign_in(PASSWORD)
    assert program.get(f"{API}/me/").status_code == 401
    assert not get_user(client).is_authenticated
    again = choose(client, asked, "another sentence of words")
    assert again.status_code == 404
    assert "used, or it is too old" in again.content.decode()
    assert can_sign_in(NEW)


@pytest.mark.parametrize("email", ["alice@acme.example", "nobody@acme.example"])
def test_the_answer_tells_nobody_who_has_an_account(
    client: Client, alice: Agent, post_office: PostOffice, email: str
) -> None:
    page = client.get(reverse("sign-in")).content.decode()
    assert reverse("forgotten") in page

    answer = client.post(
        reverse("forgotten"), {"email": email}, REMOTE_ADDR=steps.somewhere()
    )

    assert answer.status_code == 200
    text = re.sub(r"value=\"[^\"]*\"", "", answer.content.decode())
    assert "If somebody signs in with this address" in text
    assert email not in text
    # The request itself looks for nobody and stores nothing.
    assert not Mail.objects.exists()
    assert not PasswordLink.objects.exists()


def test_only_people_who_may_sign_in_get_a_link(
    acme: Organisation, alice: Agent, post_office: PostOffice
) -> None:
    alice.is_active = False
    alice.save(update_fields=["is_active"])

    for email in (alice.email, "nobody@acme.example", ""):
        tasks.password_forgotten(email)

    assert not Mail.objects.exists()


def test_nobody_is_flooded(
    alice: Agent, post_office: PostOffice, clockwork: Clockwork
) -> None:
    for _ in range(5):
        tasks.password_forgotten(alice.email)

    assert Mail.objects.count() == password_links.MOST


def test_one_address_asks_only_so_often(
    client: Client, alice: Agent, post_office: PostOffice
) -> None:
    where = steps.somewhere()
    ask = {"email": "alice@acme.example"}

    answers = [
        client.post(reverse("forgotten"), ask, REMOTE_ADDR=where) for _ in range(6)
    ]

    assert [answer.status_code for answer in answers] == [200] * 5 + [429]
    assert answers[-1]["Retry-After"]


@pytest.mark.parametrize("why", ["late", "changed", "inactive", "unknown"])
def test_a_link_that_is_over_changes_nothing(
    client: Client, asked: str, alice: Agent, clockwork: Clockwork, why: str
) -> None:
    match why:
        case "late":
            clockwork.moves(seconds=3600)
        case "changed":
            body = {"current": PASSWORD, "new": "a third sentence of words"}
            url = f"{API}/me/password/"
            assert client_for(alice).post(url, body, format="json").status_code == 204
        case "inactive":
            Agent.objects.filter(pk=alice.pk).update(is_active=False)
        case "unknown":
            asked = "unknown"

    assert choose(client, asked).status_code == 404

    assert not can_sign_in(NEW)


@pytest.mark.parametrize("new", ["short", "12345678901", "alice@acme.example"])
def test_a_weak_password_leaves_the_link_good(
    client: Client, asked: str, new: str
) -> None:
    assert choose(client, asked, new).status_code == 400

    assert not can_sign_in(new)
    assert choose(client, asked).status_code == 200


@pytest.mark.postgresql
def test_of_two_at_once_one_wins(asked: str, clockwork: Clockwork) -> None:
    words = ["a long sentence, no word", "another sentence of words"]

    def by(new: str) -> Any:
        try:
            password_links.choose(code=asked, new=new, now=clockwork.now)
        except password_links.LinkIsOver:
            return False
        return True

    won = at_once(lambda: by(words[0]), lambda: by(words[1]))

    assert sorted(won) == [False, True]
    assert [can_sign_in(new) for new in words] == won


def test_the_code_is_stored_nowhere(asked: str) -> None:
    links, letters = PasswordLink.objects.values(), Mail.objects.values()

    assert asked not in str([*links, *letters])


def test_without_mail_there_is_no_way(
    client: Client, alice: Agent, settings: Settings
) -> None:
    assert "Forgot password?" not in client.get(reverse("sign-in")).content.decode()
    for name in ("forgotten", "new-password"):
        assert client.get(reverse(name)).status_code == 404
        assert client.post(reverse(name), {"email": "a@b.example"}).status_code == 404


def test_an_administrator_invites_in_place_of_a_password(
    client: Client,
    ada: Agent,
    acme: Organisation,
    post_office: PostOffice,
    clockwork: Clockwork,
) -> None:
    client.force_login(ada)
    body = {"display_name": "Erin", "email": "erin@acme.example", "role": "agent"}
    body |= {"skill_levels-TOTAL_FORMS": "0", "skill_levels-INITIAL_FORMS": "0"}
    add = reverse("admin:agents_agent_add")
    refused = client.post(add, {**body, "is_active": "on"})
    assert "Give a password to start with." in refused.content.decode()

    answer = client.post(add, {**body, "is_active": "on", "is_invited": "on"})

    assert answer.status_code == 302
    code = code_in(post_office)
    assert post_office.letters[-1]["To"] == "erin@acme.example"
    clockwork.moves(seconds=6 * 86_400)
    client.logout()
    assert choose(client, code).status_code == 200
    assert can_sign_in(NEW, "erin@acme.example")


def test_without_mail_nobody_is_invited(client: Client, ada: Agent) -> None:
    client.force_login(ada)

    page = client.get(reverse("admin:agents_agent_add")).content.decode()

    assert "invitation" not in page
