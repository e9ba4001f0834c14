"""Articles at the desk: found while one types, put at the caret, never sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import expect

from administration.services import changes
from core import clock
from queues.models import Article
from tests.browser.steps import bubbles, editor
from tests.factories import ArticleFactory

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

    from agents.models import Organisation
    from queues.models import Queue

BODY = "# Europe\n\nWithin **three** days.\n\n# Elsewhere\n\nWithin nine days."


def icon(desk: Page) -> Locator:
    return desk.get_by_role("button", name="Articles", exact=True)


def popup(desk: Page) -> Locator:
    return desk.get_by_role("dialog", name="Articles")


def test_an_article_is_found_and_inserted(
    desk: Page, doras: Page, acme: Organisation, support: Queue
) -> None:
    """Without an article the icon says so; with one it searches, inserts, sends
    nothing."""
    why = "No articles are published for the queue Support."
    expect(icon(desk)).to_be_disabled()
    expect(icon(desk)).to_have_accessible_description(why)
    own = {"organisation": acme, "queues": [support]}
    ArticleFactory.create(title="Delivery", body=BODY, **own)
    ArticleFactory.create(title="Returns", body="Within thirty days.", **own)
    ArticleFactory.create(title="Secret", body="Nine.", state="draft", **own)
    editor(desk).fill("Well. Bye.")
    for _ in "Bye.":
        editor(desk).press("ArrowLeft")

    icon(desk).focus()
    expect(icon(desk)).to_be_enabled()
    icon(desk).click()

    names = popup(desk).get_by_role("option")
    search = popup(desk).get_by_role("searchbox", name="Search articles")
    expect(search).to_be_focused()
    expect(names).to_have_text(["Delivery", "Returns"])
    names.filter(has_text="Returns").hover()
    passage = popup(desk).get_by_role("tooltip")
    expect(passage).to_have_text("Within thirty days.")
    desk.keyboard.type("how many days? nin")
    expect(names.first).to_have_text("Delivery")
    expect(passage).to_have_text("Elsewhere\nWithin nine days.")
    search.fill("nothing of the kind")
    expect(popup(desk).get_by_role("status")).to_have_text(
        "No article has “nothing of the kind”."
    )
    search.fill("thirty")
    expect(names).to_have_text(["Returns"])
    desk.keyboard.press("Enter")

    expect(popup(desk)).to_have_count(0)
    expect(editor(desk)).to_have_value("Well. Within thirty days.Bye.")
    expect(editor(desk)).to_be_focused()
    expect(bubbles(doras)).to_have_text(["My bill is wrong.", "Good morning, Dora."])
    icon(desk).click()
    desk.keyboard.press("Escape")
    expect(popup(desk)).to_have_count(0)
    expect(editor(desk)).to_be_focused()

    # The last ones go, and one comes back, while nobody looks at the icon.
    for article in Article.objects.filter(state="published"):
        article.state = "draft"
        changes.save_article(article, now=clock.now())
    expect(icon(desk)).to_be_disabled()
    article.state = "published"
    changes.save_article(article, now=clock.now())
    expect(icon(desk)).to_be_enabled()
