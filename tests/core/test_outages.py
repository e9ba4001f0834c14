"""What is an outage, and what is a bug."""

from __future__ import annotations

import errno
from typing import TYPE_CHECKING

import pytest
from django.core.exceptions import FieldError
from django.db import DataError, connection
from django.test import Client

from core.outages import NoRoom, refusal_for
from tests import outages, sockets, steps
from tests.steps import API, client_for, refuses

if TYPE_CHECKING:
    from agents.models import Agent
    from tests.steps import Chat


@pytest.mark.parametrize(
    "error",
    [None, RuntimeError(), DataError(), FieldError(), OSError(errno.ENOENT, "")],
    ids=repr,
)
def test_a_bug_is_a_bug(error: Exception | None) -> None:
    assert refusal_for(error) is None


def test_a_table_that_is_not_there_is_a_bug(db: None) -> None:
    with pytest.raises(Exception, match="nowhere") as raised:
        connection.cursor().execute("SELECT 1 FROM nowhere")

    assert refusal_for(raised.value) is None


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
def test_a_file_for_which_there_is_no_room_is_an_outage(number: int) -> None:
    refusal = refusal_for(OSError(number, ""))

    assert isinstance(refusal, NoRoom)


def test_rest_refuses_in_words(alice: Agent) -> None:
    client = client_for(alice)

    with outages.database_away():
        answer = client.get(f"{API}/me/")

    refuses(answer, 503, "unavailable")
    assert answer["Retry-After"] == "5"
    assert client.get(f"{API}/me/").status_code == 200


@pytest.mark.parametrize("path", ["/desk/", "/admin/", "/"])
def test_a_page_says_so(alice: Agent, path: str) -> None:
    client = Client(raise_request_exception=False)
    client.force_login(alice)

    with outages.database_away():
        answer = client.get(path)

    assert answer.status_code == 503
    assert answer["Retry-After"] == "5"
    assert "cannot reach its database" in answer.content.decode()


def test_a_socket_says_so_and_goes_on(alice: Agent, talking: Chat) -> None:
    with sockets.desk_of(alice) as desk:
        with outages.database_away():
            desk.send("sync", contact=talking.id, after=0)
            error = desk.read_until("error")
        desk.send("sync", contact=talking.id, after=0)
        answer = desk.read_until("messages")

    assert (error["code"], error["retry_after"]) == ("unavailable", 5)
    assert answer["last_seq"] == 1


def test_who_connects_meanwhile_comes_again(alice: Agent) -> None:
    secret = steps.token_of(alice)

    with outages.database_away(), sockets.desk_with_token(secret) as desk:
        assert desk.close_code() == 1011
