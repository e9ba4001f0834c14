"""The chat on somebody else's site: one script tag, under a strict policy."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

import jwt
from playwright.sync_api import expect

from contacts.models import Contact
from core import clock
from tests.browser.accessibility import faults
from tests.browser.people import RestAgent
from tests.browser.sites import (
    BLOCKED,
    SECRET,
    SITE,
    Site,
    bubbles,
    chat_in,
    editor,
    launcher,
    say,
    start,
)
from tests.factories import EntryPointFactory

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import (
        BrowserContext,
        Frame,
        Page,
        Route,
        ViewportSize,
    )

    from agents.models import Agent
    from queues.models import EntryPoint
    from tests.browser.server import Server

PHONE: ViewportSize = {"width": 375, "height": 720}
CHAT_OF_PAGE = (
    "document.querySelector('parley-widget').shadowRoot.querySelector('iframe')"
)
CHAT_BESIDE = f"parent.{CHAT_OF_PAGE}.contentWindow"
MALLORY = "{parley: 'customer', identity: '', attributes: {}, details: {name: 'M'}}"
WORD = "window.addEventListener('message', ({data}) => window.lastWord = data.parley)"


def test_a_visitor_chats_goes_on_and_comes_back(
    site: Callable[..., Site], alice: Agent, at_work: Callable[[Agent], RestAgent]
) -> None:
    shop = site()
    page = shop.visit()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.reload()
    expect(launcher(page)).to_have_attribute("aria-expanded", "false")
    assert [url.rsplit("/", 1)[1] for url in asked] == [
        "delivery?order=17",
        "widget.js",
    ]

    start(page)
    worker = at_work(alice)
    worker.accept()
    say(page, "Where is it?")
    expect(chat_in(page).get_by_text("Sent", exact=True)).to_be_visible()
    worker.say("On its way.")
    expect(bubbles(page)).to_have_text(["Where is it?", "On its way."])
    contact = worker.call("GET", f"contacts/{worker.contact}/")
    assert contact["page"] == {"url": f"{SITE}/delivery?order=17", "title": "Delivery"}
    assert shop.context.cookies() == []

    page.reload()
    expect(bubbles(page)).to_have_text(["Where is it?", "On its way."])
    page.evaluate("document.body.replaceWith(document.createElement('body'))")
    expect(bubbles(page)).to_have_text(["Where is it?", "On its way."])

    other = shop.visit("/returns")
    expect(launcher(other)).to_have_attribute("aria-expanded", "false")
    launcher(other).click()
    expect(bubbles(other)).to_have_text(["Where is it?", "On its way."])
    say(other, "Thank you!")
    expect(bubbles(page).last).to_have_text("Thank you!")
    assert Contact.objects.count() == 1


def test_what_comes_while_it_is_closed_is_counted(
    site: Callable[..., Site], alice: Agent, at_work: Callable[[Agent], RestAgent]
) -> None:
    page = site().visit()
    start(page)
    worker = at_work(alice)
    worker.accept()
    worker.say("one")
    expect(bubbles(page)).to_have_text(["one"])
    page.evaluate("Parley.on('unread', ({count}) => (window.told = count))")
    launcher(page).click()
    expect(editor(page)).to_be_hidden()

    worker.say("two")
    worker.say("three")

    badge = page.locator(".launcher__badge")
    expect(badge).to_have_text("2")
    expect(launcher(page)).to_have_accessible_description("2 unread messages")
    assert page.evaluate("window.told") == 2
    page.reload()
    expect(badge).to_have_text("2")
    launcher(page).click()
    expect(bubbles(page)).to_have_text(["one", "two", "three"])
    expect(badge).to_be_hidden()
    page.reload()
    launcher(page).click()
    expect(badge).to_be_hidden()


def test_the_focus_goes_in_and_comes_back(site: Callable[..., Site]) -> None:
    page = site().visit()
    page.evaluate(
        "['open', 'close'].forEach((name) => "
        "window.addEventListener(`parley:${name}`, () => (window.told = name)))"
    )
    launcher(page).focus()
    page.keyboard.press("Enter")
    panel = page.get_by_role("dialog", name="Chat")
    expect(panel).to_be_visible()
    expect(chat_in(page).get_by_label("Name")).to_be_focused()
    assert page.evaluate("window.told") == "open"

    page.keyboard.press("Escape")

    expect(panel).to_be_hidden()
    expect(launcher(page)).to_be_focused()
    assert page.evaluate("window.told") == "close"
    help_me = page.get_by_role("button", name="Help me")
    help_me.focus()
    page.evaluate("Parley.toggle()")
    expect(chat_in(page).get_by_label("Name")).to_be_focused()
    chat_in(page).get_by_role("button", name="Close").click()
    expect(panel).to_be_hidden()
    expect(help_me).to_be_focused()


def test_where_storage_is_blocked_only_the_resume_is_lost(
    site: Callable[..., Site], alice: Agent, at_work: Callable[[Agent], RestAgent]
) -> None:
    shop = site()
    shop.context.add_init_script(BLOCKED)
    page = shop.visit()
    start(page)
    worker = at_work(alice)
    worker.accept()
    say(page, "Can you hear me?")
    expect(chat_in(page).get_by_text("Sent", exact=True)).to_be_visible()
    worker.say("Loud and clear.")
    expect(bubbles(page)).to_have_text(["Can you hear me?", "Loud and clear."])

    page.reload()

    expect(launcher(page)).to_have_attribute("aria-expanded", "false")
    launcher(page).click()
    expect(chat_in(page).get_by_role("button", name="Start chat")).to_be_visible()


def test_on_a_phone_it_takes_the_screen_above_the_keyboard(
    site: Callable[..., Site],
) -> None:
    page = site(viewport=PHONE, has_touch=True).visit()
    start(page)
    panel = page.get_by_role("dialog", name="Chat")
    assert panel.bounding_box() == {"x": 0, "y": 0, **PHONE}

    # A keyboard leaves the layout as it is, and makes the visible part smaller.
    page.evaluate("""() => {
        Object.defineProperty(visualViewport, "height", { value: 380 });
        visualViewport.dispatchEvent(new Event("resize"));
    }""")

    expect(panel).to_have_css("height", "380px")
    box = editor(page).bounding_box()
    assert box is not None
    assert box["y"] + box["height"] <= 380
    chat_in(page).get_by_role("button", name="Close").click()
    expect(launcher(page)).to_be_focused()


def test_the_site_says_who_it_is_before_the_script_is_there(
    site: Callable[..., Site], alice: Agent, at_work: Callable[[Agent], RestAgent]
) -> None:
    expiry = clock.now() + timedelta(hours=1)
    token = jwt.encode({"sub": "17", "name": "Dora", "exp": expiry}, SECRET, "HS256")
    shop = site()
    shop.context.add_init_script(
        f"window.Parley = [['identify', {{token: '{token}', name: 'Dora'}}],"
        "['setAttributes', {order: 'A-17', unasked: 'x'}], ['open']];"
    )
    page = shop.visit()
    expect(chat_in(page).get_by_label("Order")).to_have_value("A-17")

    chat_in(page).get_by_role("button", name="Start chat").click()
    expect(chat_in(page).get_by_role("log")).to_be_visible()

    worker = at_work(alice)
    worker.accept()
    customer = worker.call("GET", f"contacts/{worker.contact}/customer/")
    assert (customer["name"], customer["verified"]) == ("Dora", True)
    assert customer["attributes"] == {"order": "A-17"}


def test_an_identity_that_has_expired_keeps_nobody_out(
    site: Callable[..., Site],
) -> None:
    page = site().visit()
    page.evaluate("Parley.identify({token: 'old', email: 'no address'})")

    start(page)

    contact = Contact.objects.select_related("customer").get()
    assert (contact.customer.name, contact.customer.email) == ("Dora", "")
    assert not contact.customer.is_verified


def test_words_of_others_are_not_heard(site: Callable[..., Site]) -> None:
    page = site().visit()
    launcher(page).click()
    name = chat_in(page).get_by_label("Name")
    expect(name).to_be_focused()
    [chat] = (each for each in page.frames if each.name == "parley-widget")
    page.evaluate(WORD)
    chat.evaluate(WORD)

    # The right words from the right origin, of another window.
    beside = framed(page, chat.url)
    beside.evaluate("parent.postMessage({parley: 'close'}, '*')")
    expect_word(page, "close")
    neighbour = framed(page, f"{SITE}/neighbour")
    neighbour.evaluate(f"{CHAT_BESIDE}.postMessage({MALLORY}, '*')")
    expect_word(chat, "customer")
    expect(page.get_by_role("dialog", name="Chat")).to_be_visible()
    expect(name).to_have_value("")

    # And from the right window, which shows another page.
    page.evaluate(f"{CHAT_OF_PAGE}.src = '{SITE}/another'")
    expect(chat_in(page).get_by_role("button", name="Help me")).to_be_visible()
    chat.evaluate("parent.postMessage({parley: 'unread', count: 9}, '*')")
    expect_word(page, "unread")
    expect(page.locator(".launcher__badge")).to_be_hidden()


def test_a_page_that_strangers_frame_tells_them_nothing(
    site: Callable[..., Site], direct: EntryPoint
) -> None:
    shop = site()
    direct.allowed_origins = ["http://shop.example:8080", "https://shop.example"]
    direct.save()
    shop.context.route("**/chat/direct/", without_policy)
    page = shop.visit()
    page.evaluate(WORD)

    launcher(page).click()

    expect(chat_in(page).get_by_role("button", name="Start chat")).to_be_visible()
    expect(page.get_by_role("link", name="Open the chat")).to_be_visible()
    assert page.evaluate("window.lastWord ?? null") is None


def without_policy(route: Route) -> None:
    """A browser that frames what it should not."""
    answer = route.fetch()
    dropped = {"content-security-policy", "x-frame-options"}
    headers = {k: v for k, v in answer.headers.items() if k not in dropped}
    route.fulfill(response=answer, headers=headers)


def framed(page: Page, address: str) -> Frame:
    """Put another frame into the page."""
    element = page.evaluate_handle(
        """(src) => new Promise((resolve) => {
            const frame = Object.assign(document.createElement("iframe"), { src });
            frame.addEventListener("load", () => resolve(frame));
            document.body.append(frame);
        })""",
        address,
    ).as_element()
    assert element is not None
    frame = element.content_frame()
    assert frame is not None
    return frame


def expect_word(place: Page | Frame, word: str) -> None:
    place.wait_for_function("(word) => window.lastWord === word", arg=word)


def test_a_page_that_does_not_come_leaves_a_way_out(site: Callable[..., Site]) -> None:
    shop = site()
    shop.context.route("**/chat/direct/", lambda route: route.abort())
    page = shop.visit()
    page.clock.install()
    launcher(page).click()
    page.clock.run_for(16_000)

    link = page.get_by_role("link", name="Open the chat in a window of its own")
    expect(link).to_have_attribute("href", re.compile(r"/chat/direct/$"))
    page.get_by_role("button", name="Close chat").click()
    expect(link).to_be_hidden()


def test_side_text_and_colour_are_the_sites(site: Callable[..., Site]) -> None:
    shop = site(viewport={"width": 1000, "height": 700})
    shop.html = 'dir="rtl"'
    page = shop.visit()
    box = launcher(page).bounding_box()
    assert box is not None
    assert box["x"] < 100
    # Many a site makes a rem ten pixels.
    page.evaluate("document.documentElement.style.fontSize = '62.5%'")
    assert launcher(page).bounding_box() == box
    shop.tag = 'data-position="right" data-label="Need help?" data-colour="#ffdd00"'

    page.reload()

    button = page.get_by_role("button", name="Need help?")
    expect(button).to_have_css("background-color", "rgb(255, 221, 0)")
    expect(button).to_have_css("color", "rgb(0, 0, 0)")
    box = button.bounding_box()
    assert box is not None
    assert box["x"] > 700


def test_the_demo_shop_has_it(
    server: Server, new_context: Callable[..., BrowserContext], direct: EntryPoint
) -> None:
    EntryPointFactory.create(
        organisation=direct.organisation, key="acme-web", queue=direct.queue
    )
    page = new_context(bypass_csp=True).new_page()
    page.goto("/demo/")
    expect(launcher(page)).to_be_visible()
    found = faults(page)

    page.get_by_role("button", name="Ask us").click()

    expect(chat_in(page).get_by_role("button", name="Start chat")).to_be_visible()
    found += faults(page)
    assert not found, "\n".join(found)


def test_a_tab_that_was_never_opened_hears_of_the_chat(
    site: Callable[..., Site], alice: Agent, at_work: Callable[[Agent], RestAgent]
) -> None:
    shop = site()
    other = shop.visit("/returns")
    expect(launcher(other)).to_be_visible()
    page = shop.visit()
    start(page)
    worker = at_work(alice)
    worker.accept()
    say(page, "Where is it?")
    expect(chat_in(page).get_by_text("Sent", exact=True)).to_be_visible()
    launcher(page).click()

    worker.say("On its way.")

    expect(other.locator(".launcher__badge")).to_have_text("1")
    expect(launcher(other)).to_have_attribute("aria-expanded", "false")
    launcher(other).click()
    expect(bubbles(other)).to_have_text(["Where is it?", "On its way."])
    expect(page.locator(".launcher__badge")).to_be_hidden()
    assert Contact.objects.count() == 1
