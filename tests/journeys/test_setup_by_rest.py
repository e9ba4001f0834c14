"""A working centre from an empty organisation, by REST alone."""

from __future__ import annotations

from typing import Any

import pytest
from rest_framework.test import APIClient

from agents.models import Agent, Role
from tests.factories import PASSWORD, AgentFactory, OrganisationFactory


class Caller:
    """An API client that signs in by token and insists on the expected status."""

    def __init__(self, *, email: str = "", token: str = "") -> None:
        self.client = APIClient()
        if email:
            answer = self.post(
                "auth/token/", email=email, password=PASSWORD, expect=200
            )
            token = answer["token"]
        if token:
            self.client.credentials(HTTP_AUTHORIZATION=f"Bearer {token}")

    def post(self, path: str, *, expect: int = 201, **body: Any) -> Any:
        answer = self.client.post(f"/api/v1/{path}", body)
        assert answer.status_code == expect, answer.content
        return answer.json() if answer.content else None

    def put(self, path: str, **body: Any) -> Any:
        answer = self.client.put(f"/api/v1/{path}", body)
        assert answer.status_code == 200, answer.content
        return answer.json()

    def patch(self, path: str, **body: Any) -> Any:
        answer = self.client.patch(f"/api/v1/{path}", body)
        assert answer.status_code == 200, answer.content
        return answer.json()

    def get(self, path: str) -> Any:
        answer = self.client.get(f"/api/v1/{path}")
        assert answer.status_code == 200, answer.content
        return answer.json()


@pytest.fixture
def administrator(db: None) -> Agent:
    """The administrator of an organisation that has nothing else."""
    empty = OrganisationFactory.create(name="Initech", slug="initech")
    return AgentFactory.create(
        organisation=empty, email="admin@initech.example", role=Role.ADMINISTRATOR
    )


def test_an_empty_organisation_serves_a_chat_after_setup_by_rest(
    administrator: Agent,
) -> None:
    admin = Caller(email=administrator.email)

    profile = admin.post("multimedia-profiles/", name="Two chats", chat=2)
    admin.patch("organisation/", default_multimedia_profile=profile["id"])
    idle = admin.post("idle-codes/", name="Break")
    reason = admin.post("wrapup-codes/", name="Resolved")
    team = admin.post("teams/", name="First line")
    queue = admin.post("queues/", name="Help", distribution=[{"team": team["id"]}])
    admin.post("entry-points/", key="initech-web", name="Initech", queue=queue["id"])
    admin.post(
        "agents/",
        email="peter@initech.example",
        display_name="Peter",
        role="agent",
        teams=[team["id"]],
        password=PASSWORD,
    )

    assert idle["is_default"]
    assert reason["is_default"]
    _serve_a_chat(reason_id=reason["id"])


def _serve_a_chat(*, reason_id: int) -> None:
    peter = Caller(email="peter@initech.example")
    peter.put("me/state/", state="available")
    opened = Caller().post(
        "chat/contacts/", entry_point="initech-web", customer={"name": "Dora"}
    )
    contact = opened["contact"]["id"]
    dora = Caller(token=opened["token"])

    [card] = peter.get("me/cards/")
    assert card["controls"] == ["accept", "decline"]
    peter.post(f"contacts/{contact}/accept/", expect=200)
    dora.post(f"chat/contacts/{contact}/messages/", client_id="d1", text="Hello?")
    peter.post(f"contacts/{contact}/messages/", client_id="p1", text="Good morning!")

    texts = [
        row["text"]
        for row in dora.get(f"chat/contacts/{contact}/messages/")
        if row["kind"] == "text"
    ]
    assert texts == ["Hello?", "Good morning!"]

    peter.post(f"contacts/{contact}/end/", expect=200)
    peter.post(f"contacts/{contact}/wrap-up/", expect=204, wrapup_code=reason_id)
    assert peter.get("me/cards/") == []
    shown = peter.get(f"contacts/{contact}/")
    assert shown["state"] == "ended"
    assert shown["closed_at"] is not None
    assert shown["assignments"][0]["wrapup_reason"] == "Resolved"
