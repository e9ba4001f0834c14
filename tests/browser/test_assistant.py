"""A conversation with a scripted assistant, and the way to a person (R8, R13)."""

from __future__ import annotations

import ipaddress
import re
from typing import TYPE_CHECKING, Any

from playwright.sync_api import Locator, Page, expect

from queues.models import Assistant
from tests.assistants.servers import Model, serving
from tests.assistants.steps import work
from tests.browser.desk_steps import accept
from tests.browser.steps import bubbles, editor, say, start_chat, wait_until
from tests.factories import PASSWORD, ArticleFactory

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import BrowserContext

    from agents.models import Agent
    from queues.models import EntryPoint

GREETING = "Hello, how can I help?"
HOURS = "We are open from nine to five."
FALLBACK = "I did not understand that."


def suggested(page: Page) -> Locator:
    return page.get_by_role("group", name="Suggested answers").get_by_role("button")


def automated(page: Page) -> Locator:
    rows = page.get_by_role("log").get_by_role("listitem")
    return rows.filter(has=page.get_by_text("Automated", exact=True))


def sources(page: Page) -> Locator:
    return page.get_by_role("list", name="Sources").get_by_role("listitem")


def answered(page: Page) -> None:
    """Let the assistant's worker answer what the page has sent."""
    wait_until(page, lambda: work() > 0)


def test_the_customer_talks_with_the_assistant_then_with_a_person(
    new_context: Callable[..., BrowserContext], front: EntryPoint, desk: Page
) -> None:
    page = new_context().new_page()
    page.goto(f"/chat/{front.key}/")
    page.get_by_label("Name").fill("Dora")
    start_chat(page)
    expect(bubbles(page)).to_have_text([GREETING])
    expect(automated(page)).to_have_count(1)

    # Buttons come with an answer, are still there after a reload, and go when used.
    say(page, "Opening hours?")
    answered(page)
    expect(suggested(page)).to_have_text(["Where are you?", "Goodbye"])
    page.reload()
    expect(suggested(page)).to_have_text(["Where are you?", "Goodbye"])
    suggested(page).first.click()
    expect(suggested(page)).to_have_count(0)
    expect(editor(page)).to_be_focused()
    answered(page)
    texts = [GREETING, "Opening hours?", HOURS, "Where are you?", FALLBACK]
    expect(bubbles(page)).to_have_text(texts)
    expect(automated(page)).to_have_count(3)

    page.get_by_role("button", name="Talk to a person").click()
    expect(page.get_by_role("button", name="Talk to a person")).to_be_hidden()
    expect(editor(page)).to_be_focused()

    card = desk.get_by_role("listitem", name="Dora")
    expect(card).to_contain_text("Asked for a person")
    accept(desk, "Dora")
    expect(bubbles(desk)).to_have_text(texts)
    expect(automated(desk)).to_have_count(3)
    reason = desk.get_by_text("Asked for a person: “Where are you?”")
    expect(reason).to_be_visible()


def test_a_model_answers_and_names_its_sources(
    new_context: Callable[..., BrowserContext],
    front: EntryPoint,
    desk: Page,
    settings: Any,
) -> None:
    settings.WEBHOOK_ALLOW_NETWORKS = [ipaddress.ip_network("127.0.0.0/8")]
    article = ArticleFactory.create(
        organisation=front.organisation, title="Delivery times"
    )
    model = Model()
    model.says("Within three days.", article.pk)
    with serving(model):
        Assistant.objects.update(kind="llm", base_url=model.address, model="small")
        page = new_context().new_page()
        page.goto(f"/chat/{front.key}/")
        page.get_by_label("Name").fill("Dora")
        start_chat(page)
        say(page, "When do you deliver?")
        answered(page)
        texts = [GREETING, "When do you deliver?", "Within three days."]
        expect(bubbles(page)).to_have_text(texts)
        expect(sources(page)).to_have_text(["Delivery times"])
        expect(automated(page)).to_have_count(2)

        model.says(action="escalate", summary="Wants to know more of deliveries.")
        say(page, "A person, please")
        answered(page)

    accept(desk, "Dora")
    expect(sources(desk)).to_have_text(["Delivery times"])
    summary = "Automatic summary: Wants to know more of deliveries."
    expect(desk.get_by_text(f"Asked for a person. {summary}")).to_be_visible()
    expect(page.get_by_text("Wants to know more")).to_have_count(0)


def test_an_administrator_tries_the_assistant_out(
    new_context: Callable[..., BrowserContext], ada: Agent, robot: Assistant
) -> None:
    page = new_context().new_page()
    page.goto("/")
    page.get_by_label("Email").fill(ada.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page).to_have_url(re.compile("/admin/$"))
    page.goto(f"/admin/queues/assistant/{robot.pk}/change/")
    line = page.get_by_label("A customer writes")

    line.fill("opning hours")
    line.press("Enter")
    expect(page.get_by_text("Matches “Hours”, 91 of 100.")).to_be_visible()
    expect(page.get_by_role("status").get_by_text(HOURS)).to_be_visible()

    line.fill("wibble")
    page.get_by_role("button", name="Try", exact=True).click()
    expect(page.get_by_text("Matches nothing")).to_be_visible()
    expect(page.get_by_role("status").get_by_text(FALLBACK)).to_be_visible()
    expect(page).to_have_url(re.compile("/change/$"))
