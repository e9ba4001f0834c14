"""Offers on a phone: pushed to the browsers that an agent has chosen, and no others."""

from __future__ import annotations

import base64
import ipaddress
import json
import os
from typing import TYPE_CHECKING, Any

import http_ece
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.test import Client

from agents.models import Agent, PushSubscription
from contacts import jobs
from core import clock, pushing, redis
from tests import steps
from tests.assistants.servers import Bot, serving
from tests.steps import API, client_for, refuses

if TYPE_CHECKING:
    from collections.abc import Iterator

    from queues.models import EntryPoint, Queue

AES = 16  # bytes


def written(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


class Browser:
    """What a browser says of its subscription, and reads with its own keys."""

    def __init__(self, endpoint: str) -> None:
        self.endpoint = endpoint
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._secret = os.urandom(AES)

    @property
    def subscription(self) -> dict[str, str]:
        point = self._key.public_key().public_bytes(
            Encoding.X962, PublicFormat.UncompressedPoint
        )
        keys = {"p256dh": written(point), "auth": written(self._secret)}
        return {"endpoint": self.endpoint, **keys}

    def reads(self, body: bytes) -> Any:
        said = http_ece.decrypt(
            body, private_key=self._key, auth_secret=self._secret, version="aes128gcm"
        )
        return json.loads(said)


@pytest.fixture
def service(settings: Any) -> Iterator[Bot]:
    """A push service on this machine, which the operator allows."""
    settings.WEBHOOK_ALLOW_NETWORKS = [ipaddress.ip_network("127.0.0.0/8")]
    queue = redis.key("work")
    redis.client().delete(queue)
    service = Bot()
    service.status = 201
    with serving(service):
        yield service
    redis.client().delete(queue)


@pytest.fixture
def phone(service: Bot, alice: Agent) -> Browser:
    """The browser to which Alice's offers are pushed."""
    phone = Browser(f"{service.address}/phone")
    subscribe(alice, phone)
    return phone


def subscribe(agent: Agent, browser: Browser) -> None:
    answer = client_for(agent).post(f"{API}/me/push/", browser.subscription)
    assert answer.status_code == 204, answer.content


def works() -> int:
    """Do what waits for the worker. Return how many browsers took an offer."""
    taken = 0
    while text := redis.client().rpop(redis.key("work")):
        assert isinstance(text, bytes)
        message = json.loads(text)
        assert message["headers"]["task"] == "offers_made"
        [[ids], *_] = json.loads(base64.b64decode(message["body"]))
        share_ids = [int(pk) for pk in ids.split(",")]
        taken += jobs.push_offers(share_ids, clock.now())
    return taken


def test_an_offer_is_pushed_and_says_nothing_of_the_customer(
    phone: Browser, service: Bot, alice: Agent, direct: EntryPoint, support: Queue
) -> None:
    steps.go_available(alice)
    chat = steps.open_chat(direct, customer={"name": "Dora"})

    assert works() == 1

    [(headers, body)] = service.asked
    share = chat.contact.assignments.get()
    assert phone.reads(body) == {
        "contact": str(chat.id),
        "tag": str(share.pk),
        "queue": support.name,
    }
    assert headers["content-encoding"] == "aes128gcm"
    assert 1 <= int(headers["ttl"]) <= 60
    token, key = headers["authorization"].removeprefix("vapid t=").split(",k=")
    assert key == pushing.public_key()
    claims = jwt.decode(token, options={"verify_signature": False})
    assert claims["aud"] == service.address.removesuffix("/bot")


def test_a_transfer_is_pushed_to_who_is_asked(
    service: Bot, alice: Agent, bob: Agent, direct: EntryPoint
) -> None:
    chat = steps.connected(alice, direct)
    subscribe(bob, Browser(f"{service.address}/bob"))
    steps.go_available(bob)

    answer = client_for(alice).post(
        steps.for_agents(chat, "transfer"), {"destination_type": "agent", "to": bob.pk}
    )

    assert answer.status_code == 200, answer.content
    assert works() == 1


def test_who_has_not_chosen_it_costs_the_worker_nothing(
    service: Bot, alice: Agent, direct: EntryPoint
) -> None:
    steps.go_available(alice)
    steps.open_chat(direct)

    assert not redis.client().exists(redis.key("work"))


def test_an_offer_that_is_over_is_not_pushed(
    phone: Browser, service: Bot, alice: Agent, direct: EntryPoint
) -> None:
    steps.go_available(alice)
    chat = steps.open_chat(direct)
    steps.accept(alice, chat)

    assert works() == 0
    assert service.asked == []


@pytest.mark.parametrize(("status", "stays"), [(404, 0), (410, 0), (429, 1), (500, 1)])
def test_a_browser_that_is_gone_is_forgotten(
    phone: Browser,
    service: Bot,
    alice: Agent,
    direct: EntryPoint,
    status: int,
    stays: int,
) -> None:
    service.status = status
    steps.go_available(alice)
    steps.open_chat(direct)

    assert works() == 0

    assert len(service.asked) == 1
    assert PushSubscription.objects.count() == stays


def test_a_browser_belongs_to_who_was_there_last(
    phone: Browser, service: Bot, alice: Agent, bob: Agent
) -> None:
    subscribe(bob, phone)

    assert PushSubscription.objects.get().agent == bob
    # Alice cannot end what is Bob's.
    client_for(alice).post(f"{API}/me/push/end/", {"endpoint": phone.endpoint})
    assert PushSubscription.objects.count() == 1
    for _ in range(2):
        ended = client_for(bob).post(
            f"{API}/me/push/end/", {"endpoint": phone.endpoint}
        )
        assert ended.status_code == 204
    assert not PushSubscription.objects.exists()


def test_ten_browsers_are_enough(service: Bot, alice: Agent) -> None:
    for number in range(11):
        subscribe(alice, Browser(f"{service.address}/{number}"))

    endpoints = PushSubscription.objects.values_list("endpoint", flat=True)
    assert {*endpoints} == {f"{service.address}/{number}" for number in range(1, 11)}


@pytest.mark.parametrize("way", ["sign-out", "password", "deactivated"])
def test_who_leaves_hears_no_more(
    phone: Browser, alice: Agent, ada: Agent, way: str
) -> None:
    if way == "sign-out":
        client_for(alice).post(f"{API}/me/sign-out/")
    else:
        body: dict[str, Any] = {"is_active": False}
        if way == "password":
            body = {"password": "another long sentence"}
        address = f"{API}/agents/{alice.pk}/"
        client_for(ada).patch(address, body, format="json")

    assert not PushSubscription.objects.exists()


@pytest.mark.parametrize(
    "endpoint",
    [
        "http://push.example/x",  # not encrypted
        "ftp://push.example/x",
        "https:///x",
        "https://push.example:0/x",
        "https://push.example/\u00e9",
        "nowhere",
    ],
)
def test_no_endpoint(service: Bot, alice: Agent, endpoint: str) -> None:
    answer = client_for(alice).post(
        f"{API}/me/push/", Browser(endpoint).subscription, format="json"
    )

    refuses(answer, 400, "invalid", errors=["endpoint"])
    assert not PushSubscription.objects.exists()


@pytest.mark.parametrize("keys", [{"auth": "short"}, {"p256dh": "A" * 87}])
def test_no_keys(service: Bot, alice: Agent, keys: dict[str, str]) -> None:
    body = {**Browser("https://push.example/x").subscription, **keys}

    answer = client_for(alice).post(f"{API}/me/push/", body, format="json")

    refuses(answer, 400, "invalid", errors=["p256dh"])
    assert not PushSubscription.objects.exists()


def test_an_inner_address_is_never_asked(
    phone: Browser, service: Bot, alice: Agent, direct: EntryPoint, settings: Any
) -> None:
    settings.WEBHOOK_ALLOW_NETWORKS = []
    steps.go_available(alice)
    steps.open_chat(direct)

    assert works() == 0

    assert service.asked == []


def test_an_administrator_has_no_offers(service: Bot, ada: Agent) -> None:
    answer = client_for(ada).post(
        f"{API}/me/push/", Browser(f"{service.address}/ada").subscription
    )

    assert answer.status_code == 403
    assert not PushSubscription.objects.exists()


def test_the_desk_can_be_installed(alice: Agent) -> None:
    answer = Client().get("/desk/manifest.webmanifest")

    assert answer["Content-Type"] == "application/manifest+json"
    told = answer.json()
    assert (told["start_url"], told["display"]) == ("/desk/", "standalone")
    kinds = {(icon["sizes"], icon["type"]) for icon in told["icons"]}
    assert {("192x192", "image/png"), ("512x512", "image/png")} <= kinds
    browser = Client()
    browser.force_login(alice)
    desk = browser.get("/desk/")
    assert 'rel="manifest" href="/desk/manifest.webmanifest"' in desk.content.decode()
    assert f'data-push-key="{pushing.public_key()}"' in desk.content.decode()
    policy = desk["Content-Security-Policy"]
    assert "worker-src 'self'" in policy
    assert "manifest-src 'self'" in policy


def test_the_worker_of_the_desk_is_for_pushes_alone() -> None:
    answer = Client().get("/desk/push.js")

    assert answer["Content-Type"] == "text/javascript; charset=utf-8"
    assert answer["Cache-Control"] == "no-cache"
    assert b'"A contact is waiting"' in answer.content
    # No page comes from a cache of its own.
    assert b'addEventListener("fetch"' not in answer.content
    assert b"caches" not in answer.content
