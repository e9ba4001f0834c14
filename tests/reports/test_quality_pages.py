"""The page on which a conversation is scored."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.urls import reverse

from agents.models import AuditEntry, Role
from contacts.models import Contact
from reports.models import Criterion, Review
from tests import cast, steps
from tests.factories import (
    TeamFactory,
)
from tests.reports.scoring import browser_of, form_of, page_of, reviewed, sheet
from tests.together import together

if TYPE_CHECKING:
    from agents.models import Agent, Organisation
    from queues.models import EntryPoint
    from tests.steps import Chat

LIST = "/reports/quality/"
HOSTILE = "<img src=x onerror=alert(1)>"


@pytest.fixture
def form(acme: Organisation) -> tuple[Criterion, Criterion]:
    return form_of(acme)


@pytest.fixture
def chat(form: object, alice: Agent, direct: EntryPoint) -> Chat:
    chat = steps.connected(alice, direct, customer={"name": "Dora"})
    steps.say(chat, HOSTILE)
    steps.say(alice, "I look into it", to=chat)
    steps.end(alice, chat)
    return chat


# --- scoring ------------------------------------------------------------------------
def test_a_supervisor_scores_what_was_said(sam: Agent, chat: Chat) -> None:
    client = browser_of(sam)

    page = client.get(page_of(chat)).content.decode()
    assert "&lt;img src=x" in page
    assert HOSTILE not in page
    answer = client.post(page_of(chat), sheet(comment="Well\r\nexplained"), follow=True)

    assert "Alice can read it" in answer.content.decode()
    stored = Review.objects.get()
    assert (stored.total, stored.comment) == (4.0, "Well\nexplained")
    assert (stored.agent.display_name, stored.reviewer) == ("Alice", sam)
    assert AuditEntry.objects.filter(action="transcript_read", actor=sam).count() == 1


@pytest.mark.parametrize(
    ("language", "mark"), [("de-at", ' lang="de-at"'), ("en-gb", ""), ("", "")]
)
def test_what_a_customer_wrote_is_marked_with_their_language(
    sam: Agent, ada: Agent, chat: Chat, language: str, mark: str
) -> None:
    """A page reads it out in that language; what the agent wrote is the page's."""
    contacts = Contact.objects.all()
    contacts.update(language=language)
    row = reverse("admin:contacts_contact_change", args=[chat.id])

    scored = browser_of(sam).get(page_of(chat)).content.decode()
    kept = browser_of(ada).get(row).content.decode()

    assert f'dir="auto"{mark}>&lt;img src' in scored
    assert f'dir="auto"{mark}>&lt;img src' in kept
    assert 'dir="auto">I look into it' in scored
    assert 'dir="auto">I look into it' in kept


def test_what_was_typed_is_there_after_a_mistake(sam: Agent, chat: Chat) -> None:
    body = sheet(comment=f"Kept {HOSTILE}")
    key = next(name for name in body if name.startswith("score-"))
    del body[key]

    answer = browser_of(sam).post(page_of(chat), body)

    page = answer.content.decode()
    assert answer.status_code == 400
    assert "Choose a score." in page
    assert "Kept &lt;img" in page
    assert page.count(" checked") == 1
    assert not Review.objects.exists()


@pytest.mark.parametrize("value", ["0", "6", "x", "none", "٣"])
def test_only_what_the_sheet_offers_is_a_score(
    sam: Agent, chat: Chat, value: str
) -> None:
    answer = browser_of(sam).post(page_of(chat), sheet(greeting=value))

    assert answer.status_code == 400
    assert not Review.objects.exists()


def test_the_own_review_is_changed_on_the_same_page(sam: Agent, chat: Chat) -> None:
    stored = reviewed(sam, chat, comment="Good")
    client = browser_of(sam)
    page = client.get(page_of(chat)).content.decode()
    assert page.count(" checked") == 2

    body = sheet("3", "none", comment="Fair", review=str(stored["id"]))
    client.post(page_of(chat), body)

    now = Review.objects.get()
    assert (now.total, now.comment) == (3.0, "Fair")
    assert now.edited_at is not None


def test_a_page_that_is_older_than_the_review_overwrites_nothing(
    sam: Agent, chat: Chat
) -> None:
    client = browser_of(sam)
    client.post(page_of(chat), sheet(comment="First"))

    answer = client.post(page_of(chat), sheet(comment="Second", review=""))

    assert answer.status_code == 409
    assert "Second" in answer.content.decode()
    assert Review.objects.get().comment == "First"


def test_a_double_click_stores_one_review(sam: Agent, chat: Chat) -> None:
    client, body = browser_of(sam), sheet(comment="Good")

    def click() -> int:
        return client.post(page_of(chat), body).status_code

    assert together([click, click]) == [302, 302]
    assert Review.objects.count() == 1


def test_a_card_number_in_the_comment_is_told_of(
    acme: Organisation, sam: Agent, chat: Chat
) -> None:
    client, body = browser_of(sam), sheet(comment="Why 4111 1111 1111 1111?")

    answer = client.post(page_of(chat), body, follow=True)

    assert "was hidden in your comment" in answer.content.decode()
    assert Review.objects.get().comment == "Why ************1111?"
    Review.objects.all().delete()
    acme.sensitive_data_policy = "drop"
    acme.save()
    assert client.post(page_of(chat), body).status_code == 422
    assert not Review.objects.exists()


def test_reviews_are_removed_by_who_may(sam: Agent, ada: Agent, chat: Chat) -> None:
    mine, adas = reviewed(sam, chat), reviewed(ada, chat)

    answer = browser_of(sam).post(page_of(chat), {"remove": str(adas["id"])})
    assert answer.status_code == 403
    assert Review.objects.count() == 2
    browser_of(ada).post(page_of(chat), {"remove": str(mine["id"])})
    assert [row.pk for row in Review.objects.all()] == [adas["id"]]


def test_nobody_else_opens_the_pages(
    acme: Organisation, alice: Agent, sam: Agent, greta: Agent, chat: Chat
) -> None:
    other = TeamFactory.create(organisation=acme, name="Second line")
    sol = cast.person("Sol", acme, role=Role.SUPERVISOR, teams=[other])
    body = sheet()

    for person, status in ((alice, 403), (sol, 403), (greta, 404)):
        client = browser_of(person)
        assert client.get(page_of(chat)).status_code == status
        assert client.post(page_of(chat), body).status_code == status
    assert browser_of(alice).get(LIST).status_code == 403
    for person in (sol, greta):
        assert str(chat.id) not in browser_of(person).get(LIST).content.decode()
    assert str(chat.id) in browser_of(sam).get(LIST).content.decode()
    assert not Review.objects.exists()


def test_a_chat_that_goes_on_has_no_sheet(
    form: object, sam: Agent, alice: Agent, direct: EntryPoint
) -> None:
    chat = steps.connected(alice, direct)

    assert browser_of(sam).get(page_of(chat)).status_code == 404
    assert browser_of(sam).post(page_of(chat), sheet()).status_code == 404
    assert not Review.objects.exists()


def test_without_criteria_the_page_says_who_sets_them_up(
    form: object, sam: Agent, ada: Agent, chat: Chat
) -> None:
    Criterion.objects.update(is_active=False)

    said = "An administrator sets up criteria"
    assert said in browser_of(sam).get(page_of(chat)).content.decode()
    page = browser_of(ada).get(page_of(chat)).content.decode()
    assert "/admin/reports/criterion/" in page
