"""An entry point's snippets: copied by an administrator, at work on another site."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import Page, expect

from tests.factories import PASSWORD

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import BrowserContext

    from agents.models import Agent
    from queues.models import EntryPoint

SITE = "http://shop.example"
OF_CALLS = "camera; microphone; display-capture; autoplay"


def entry_point_page(context: BrowserContext, ada: Agent, point: EntryPoint) -> Page:
    page = context.new_page()
    page.goto(f"/?next=/admin/queues/entrypoint/{point.pk}/change/")
    page.get_by_label("Email").fill(ada.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(f"**/{point.pk}/change/")
    return page


def test_the_frame_is_copied_by_keyboard_and_works_on_the_site(
    new_context: Callable[..., BrowserContext], ada: Agent, direct: EntryPoint
) -> None:
    direct.allowed_origins = [SITE]
    direct.save(update_fields=["allowed_origins"])
    context = new_context(permissions=["clipboard-read", "clipboard-write"])
    page = entry_point_page(context, ada, direct)
    button = page.locator("[data-copy=embedding-frame]")

    button.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").filter(has_text="Copied")).to_have_count(1)
    snippet = page.evaluate("navigator.clipboard.readText()")

    site = context.new_page()
    site.route(
        f"{SITE}/*",
        lambda route: route.fulfill(content_type="text/html", body=snippet),
    )
    site.goto(f"{SITE}/help")
    chat = site.frame_locator(f"iframe[title='{direct.name}']")
    expect(chat.get_by_role("button", name="Start chat")).to_be_visible()
    expect(site.locator("iframe")).to_have_attribute("allow", OF_CALLS)


def test_the_widget_is_chosen_seen_and_copied(
    new_context: Callable[..., BrowserContext], ada: Agent, direct: EntryPoint
) -> None:
    context = new_context(permissions=["clipboard-read", "clipboard-write"])
    page = entry_point_page(context, ada, direct)
    preview = page.locator(".embedding__stage .launcher")
    expect(preview).to_have_text("Chat")

    page.get_by_label("Text of the button").fill('Need "help"?')
    page.get_by_label("Text of the button").press("Enter")
    page.get_by_label("Position").select_option("left")
    plain = preview.locator(".icon--open path").get_attribute("d")
    page.get_by_label("Icon of the button").select_option("headset")
    page.get_by_label("Colour of the button").fill("#ffdd00")
    expect(preview).to_have_text('Need "help"?')
    expect(preview).to_have_css("background-color", "rgb(255, 221, 0)")
    headset = preview.locator(".icon--open path").get_attribute("d")
    assert headset != plain
    page.locator("[data-copy=embedding-widget]").click()
    expect(page.get_by_role("status").filter(has_text="Copied")).to_have_count(1)
    snippet = page.evaluate("navigator.clipboard.readText()")

    site = context.new_page()
    site.route(
        f"{SITE}/*",
        lambda route: route.fulfill(content_type="text/html", body=snippet),
    )
    site.goto(f"{SITE}/help")
    launcher = site.get_by_role("button", name='Need "help"?')
    expect(launcher).to_have_css("background-color", "rgb(255, 221, 0)")
    shown = launcher.locator(".icon--open path")
    expect(shown).to_have_attribute("d", headset or "")
    box = launcher.bounding_box()
    assert box is not None
    assert box["x"] < 100


def test_where_copying_is_forbidden_the_text_is_marked(
    new_context: Callable[..., BrowserContext], ada: Agent, direct: EntryPoint
) -> None:
    context = new_context()
    context.add_init_script(
        "Object.defineProperty(navigator, 'clipboard', { value: undefined });"
    )
    page = entry_point_page(context, ada, direct)

    page.locator("[data-copy=embedding-address]").click()

    marked = page.get_by_role("status").filter(has_text="Marked")
    expect(marked).to_have_count(1)
    assert page.evaluate("String(getSelection())").endswith(f"/chat/{direct.key}/")
