"""Somebody else's site that has the widget, under a strict policy, and its visitors."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import expect

if TYPE_CHECKING:
    from playwright.sync_api import (
        BrowserContext,
        FrameLocator,
        Locator,
        Page,
        Route,
    )

    from tests.browser.server import Server

SITE = "http://shop.example"
# Browsers give cameras to pages that came safely.
SECURE_SITE = "https://shop.example"
SECRET = "a secret of at least thirty-two bytes"
# What docs/widget.md asks of a site; and it has frames of its own.
POLICY = (
    "default-src 'none'; script-src {url}; frame-src {url} http://shop.example; "
    "base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'"
)
PAGE = """<!doctype html>
<html lang="en" {html}>
<head>
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <title>Delivery</title>
  <script src="{url}/widget.js" data-entry-point="{key}" async {tag}></script>
</head>
<body><main><h1>Delivery</h1><button>Help me</button></main></body>
</html>"""
BLOCKED = """for (const area of ["localStorage", "sessionStorage"]) {
    Object.defineProperty(window, area, { get() { throw new DOMException("no"); } });
}"""


class Site:
    """A site that has the widget, and people who visit it."""

    def __init__(
        self, server: Server, context: BrowserContext, key: str, *, origin: str = SITE
    ) -> None:
        self.context = context
        self._url, self._key, self._origin = server.url, key, origin
        self.html, self.tag = "", ""
        self.headers: dict[str, str] = {}
        context.route(f"{origin}/*", self._answer)

    def visit(self, path: str = "/delivery?order=17") -> Page:
        page = self.context.new_page()
        page.goto(f"{self._origin}{path}")
        return page

    def _answer(self, route: Route) -> None:
        named = {"url": self._url, "key": self._key}
        route.fulfill(
            content_type="text/html",
            headers={
                "Content-Security-Policy": POLICY.format(**named),
                **self.headers,
            },
            body=PAGE.format(**named, html=self.html, tag=self.tag),
        )


def launcher(page: Page) -> Locator:
    return page.get_by_role("button", name="Chat", exact=True)


def chat_in(page: Page) -> FrameLocator:
    return page.frame_locator("iframe[name=parley-widget]")


def editor(page: Page) -> Locator:
    return chat_in(page).get_by_role("textbox", name="Message")


def bubbles(page: Page) -> Locator:
    return chat_in(page).get_by_role("log").locator("[data-slot=text].bubble")


def start(page: Page, name: str = "Dora") -> None:
    """Open the panel and start a chat in it."""
    launcher(page).click()
    chat_in(page).get_by_label("Name").fill(name)
    chat_in(page).get_by_role("button", name="Start chat").click()
    expect(chat_in(page).get_by_role("log")).to_be_visible()


def say(page: Page, text: str) -> None:
    editor(page).fill(text)
    editor(page).press("Enter")
