"""What is over is cleared by a job, a few rows at a time, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.sessions.models import Session

from agents.models import AccessToken, Agent, FailedSignIn
from agents.services import api_tokens
from contacts.models import Contact, Customer, Visitor
from contacts.tasks import clear_expired
from core import clearing, clock
from tests import steps
from tests.agents.test_sessions import browser_of, is_signed_in

if TYPE_CHECKING:
    import pytest

    from queues.models import EntryPoint
    from tests.stage import Later


def test_sessions_go_when_they_end(alice: Agent, ada: Agent, later: Later) -> None:
    browser_of(alice)
    later(hours=6)
    browser = browser_of(ada)
    later(hours=6, seconds=1)

    clear_expired()

    assert Session.objects.get().expire_date > clock.now()
    assert is_signed_in(browser)


def test_tokens_of_sign_ins_go_when_they_expire(alice: Agent, later: Later) -> None:
    steps.token_of(alice)
    later(days=29)
    kept = steps.token_of(alice)
    later(days=1, seconds=1)

    clear_expired()

    assert AccessToken.objects.count() == 1
    assert steps.with_token(kept).get(f"{steps.API}/me/").status_code == 200


def test_tokens_of_programs_are_shown_for_a_month_more(
    ada: Agent, later: Later
) -> None:
    api_tokens.create(agent=ada, name="Board", scopes=["read"], by=ada, now=clock.now())
    later(days=90 + 29)
    clear_expired()
    shown = AccessToken.objects.count()
    later(days=2)
    clear_expired()

    assert (shown, AccessToken.objects.count()) == (1, 0)
    assert Agent.objects.filter(pk=ada.pk).exists()


def test_failed_sign_ins_go_when_no_limit_counts_them(db: None, later: Later) -> None:
    FailedSignIn.objects.create(account="a", address="192.0.2.7", at=clock.now())
    clear_expired()
    counted = FailedSignIn.objects.count()
    later(minutes=15)
    clear_expired()

    assert (counted, FailedSignIn.objects.count()) == (1, 0)


def test_a_customer_loses_nothing_but_an_unused_browser(
    direct: EntryPoint, later: Later
) -> None:
    chat = steps.open_chat(direct, customer={"name": "Dora", "email": "d@acme.example"})
    customers, contacts = (
        list(Customer.objects.values()),
        list(Contact.objects.values()),
    )
    later(days=400, seconds=1)

    clear_expired()

    assert not Visitor.objects.exists()
    assert list(Customer.objects.values()) == customers
    assert list(Contact.objects.values()) == contacts
    again = steps.open_chat(direct, visitor=chat.visitor)
    assert again.contact.customer != chat.contact.customer


def test_a_browser_in_use_is_known_for_longer(direct: EntryPoint, later: Later) -> None:
    first = steps.open_chat(direct)
    later(days=399)
    second = steps.open_chat(direct, visitor=first.visitor)
    later(days=399)
    clear_expired()
    third = steps.open_chat(direct, visitor=first.visitor)

    customers = {chat.contact.customer_id for chat in (first, second, third)}
    assert len(customers) == 1


def test_an_unused_browser_is_unknown_before_it_is_cleared(
    direct: EntryPoint, later: Later
) -> None:
    first = steps.open_chat(direct)
    later(days=400, seconds=1)

    second = steps.open_chat(direct, visitor=first.visitor)

    assert second.contact.customer != first.contact.customer


def test_a_few_rows_at_a_time_until_all_are_gone(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clearing, "AT_ONCE", 2)
    now = clock.now()
    Session.objects.bulk_create(
        Session(session_key=str(n), session_data="", expire_date=now) for n in range(5)
    )

    cleared = clearing.clear(Session.objects.filter(expire_date__lte=now))

    assert (cleared, Session.objects.count()) == (5, 0)


def test_what_cannot_be_cleared_keeps_nothing_else(
    monkeypatch: pytest.MonkeyPatch, direct: EntryPoint, later: Later
) -> None:
    def fails(now: object) -> int:
        raise RuntimeError

    steps.open_chat(direct)
    later(days=401)
    monkeypatch.setattr("agents.jobs.clear_sessions", fails)

    clear_expired()

    assert not Visitor.objects.exists()
