"""A contact centre from nothing, all in the browser: founded, set up, at work."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import Page, expect

from tests.browser.desk_steps import (
    accept,
    become,
    card,
    end,
    expect_connected,
    expect_phase,
    wrap_up,
)
from tests.browser.steps import bubbles, say, start_chat
from tests.browser.test_desk_keyboard import walk_to
from tests.factories import PASSWORD

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import BrowserContext

    from agents.models import Agent, Organisation


def sign_in(page: Page, email: str) -> None:
    page.goto("/")
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()


def administer(page: Page, email: str) -> None:
    sign_in(page, email)
    expect(page.get_by_role("heading", name="Administration")).to_be_visible()


def add(page: Page, section: str) -> None:
    """Open the empty form of a section, from the first page."""
    page.goto("/admin/")
    row = page.get_by_role("row").filter(
        has=page.get_by_role("link", name=section, exact=True)
    )
    row.get_by_role("link", name="Add").click()
    expect(page.get_by_role("button", name="Save", exact=True)).to_be_visible()


def fill(page: Page, **texts: str) -> None:
    """Fill fields by their labels."""
    for label, text in texts.items():
        page.get_by_label(label, exact=True).fill(text)


def save(page: Page, noun: str) -> None:
    page.get_by_role("button", name="Save", exact=True).click()
    done = page.locator(".messagelist .success").filter(has_text=f"The {noun} “")
    expect(done).to_have_count(1)


def choose_team(page: Page, name: str) -> None:
    """Choose the team of the queue's first distribution group, by typing."""
    page.locator("#distribution-0 .select2-selection").click()
    page.locator(".select2-search__field").fill(name)
    page.get_by_role("option", name=name).click()


def set_up(page: Page) -> None:
    """Let Ina make what her centre needs, in the order of the sections."""
    add(page, "Teams")
    fill(page, **{"Name:": "Returns desk"})
    save(page, "team")

    add(page, "Agents")
    fill(page, **{"Display name:": "Ivan", "E-mail:": "ivan@initech.example"})
    fill(page, **{"Password:": PASSWORD})
    page.get_by_label("Returns desk").check()
    save(page, "agent")

    add(page, "Queues")
    fill(page, **{"Name:": "Returns"})
    choose_team(page, "Returns desk")
    save(page, "queue")

    add(page, "Entry points")
    fill(page, **{"Name:": "Initech returns", "Key:": "initech-returns"})
    page.get_by_label("Queue:").select_option("Returns")
    save(page, "entry point")

    add(page, "Predefined responses")
    fill(
        page,
        **{"Name:": "Hello", "Text:": "Hello {customer.name}, this is {agent.name}."},
    )
    save(page, "predefined response")

    add(page, "Wrap-up codes")
    fill(page, **{"Name:": "Sent back"})
    save(page, "wrap-up code")

    add(page, "Idle codes")
    fill(page, **{"Name:": "Lunch"})
    save(page, "idle code")


def test_from_nothing_to_a_served_chat(
    new_context: Callable[..., BrowserContext], root: Agent
) -> None:
    office = new_context().new_page()
    administer(office, root.email)
    office.get_by_role("link", name="Add an organisation").first.click()
    office.locator("#id_name").press_sequentially("Initech")
    expect(office.locator("#id_slug")).to_have_value("initech")
    office.locator("#id_administrator_name").fill("Ina")
    office.locator("#id_administrator_email").fill("ina@initech.example")
    office.locator("#id_administrator_password").fill(PASSWORD)
    save(office, "organisation")

    ina = new_context().new_page()
    administer(ina, "ina@initech.example")
    expect(ina.get_by_text("Nobody can take contacts")).to_be_visible()
    set_up(ina)

    ivan = new_context().new_page()
    sign_in(ivan, "ivan@initech.example")
    expect_connected(ivan)
    become(ivan, "Lunch")
    become(ivan, "Available")

    dora = new_context().new_page()
    dora.goto("/chat/initech-returns/")
    dora.get_by_label("Name").fill("Dora")
    start_chat(dora)
    expect_phase(ivan, "Dora", "ringing")
    accept(ivan, "Dora")
    say(dora, "It does not fit.")
    expect(bubbles(ivan)).to_have_text(["It does not fit."])
    say(ivan, "Send it back, please.")
    expect(bubbles(dora)).to_have_text(["It does not fit.", "Send it back, please."])

    end(ivan)
    wrap_up(ivan, "Sent back")
    expect(card(ivan, "Dora")).to_have_count(0)

    ina.goto("/admin/")
    expect(ina.locator(".figure").filter(has_text="Answered")).to_contain_text("1")


def test_a_team_is_added_without_a_mouse(
    new_context: Callable[..., BrowserContext], ada: Agent, acme: Organisation
) -> None:
    page = new_context().new_page()
    administer(page, ada.email)
    keys = page.keyboard

    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to main content")).to_be_focused()
    keys.press("Enter")
    walk_to(page, page.locator(".model-team .addlink"))
    keys.press("Enter")
    expect(page.get_by_role("heading", name="Add team")).to_be_visible()
    walk_to(page, page.get_by_role("button", name="Save", exact=True))
    keys.press("Enter")
    expect(page.get_by_text("Please correct the error below.")).to_be_visible()

    walk_to(page, page.locator("#id_name"))
    expect(page.locator("#id_name")).to_have_attribute("aria-invalid", "true")
    keys.type("Night shift")
    keys.press("Enter")

    expect(page.get_by_role("link", name="Night shift").first).to_be_visible()
    assert acme.teams.filter(name="Night shift").exists()
