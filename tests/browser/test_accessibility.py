"""Every kind of page, as axe-core judges it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Page, expect

from agents.models import Agent, MailTemplate, Organisation, Team
from contacts.models import Contact, Miss
from core import clock
from queues.models import Article, Assistant, EntryPoint, Hours, Queue
from tests import factories
from tests.administration.pages.site import page as address
from tests.browser.accessibility import faults
from tests.browser.desk_steps import accept, become, end, expect_phase, sign_in
from tests.browser.steps import bubbles, say, start_chat
from tests.browser.test_setup import administer
from wrapup.models import WrapUpCode

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from playwright.sync_api import BrowserContext

LONG = "Donaudampfschifffahrtsgesellschaftskapitaensmuetze" * 2


@pytest.fixture
def contact(direct: EntryPoint, alice: Agent) -> Contact:
    """A chat that Alice has, of a customer with a long name."""
    customer = factories.CustomerFactory.create(
        organisation=direct.organisation, name=LONG[:100]
    )
    row = factories.ContactFactory.create(
        organisation=direct.organisation,
        customer=customer,
        queue=direct.queue,
        entry_point=direct,
        state="connected",
        connected_at=clock.now(),
        prechat={"name": LONG},
    )
    factories.AssignmentFactory.create(contact=row, agent=alice, connected=True)
    factories.MessageFactory.create(contact=row, seq=1, text=LONG * 5)
    factories.ContactFactory.create(
        organisation=direct.organisation, queue=direct.queue
    )
    return row


@pytest.fixture
def judged(new_context: Callable[..., BrowserContext]) -> Callable[[], Page]:
    """Make browsers in which axe may write the styles that it measures with."""
    return lambda: new_context(bypass_csp=True).new_page()


def pages(acme: Organisation, contact: Contact) -> Iterator[str]:
    """Yield one page of each kind: lists, forms with all their widgets, records."""
    intent = factories.IntentFactory.create(
        assistant=factories.AssistantFactory.create(organisation=acme),
        queue=contact.queue,
    )
    contact.assistant = intent.assistant
    contact.save(update_fields=["assistant"])
    line = factories.MessageFactory.create(
        contact=contact, text="Do you sell bicycles?"
    )
    Miss.objects.create(
        contact=contact, at=clock.now(), after_seq=line.seq - 1, last_seq=line.seq
    )
    team = acme.teams.get()
    yield from (address(model, "changelist") for model in (Agent, Queue, Contact))
    yield address(Organisation, "change", acme.pk)
    yield address(Queue, "change", contact.queue_id)
    hours = factories.HoursFactory.create(organisation=acme)
    yield address(Hours, "change", hours.pk)
    yield address(MailTemplate, "add")
    yield address(Assistant, "change", intent.assistant_id)
    yield address(Assistant, "figures", intent.assistant_id)
    article = factories.ArticleFactory.create(organisation=acme, body="# A\n\n- b")
    yield address(Article, "change", article.pk)
    yield address(Article, "import")
    yield address(EntryPoint, "change", contact.entry_point_id)
    yield from (address(Team, each, team.pk) for each in ("change", "delete"))
    yield address(Team, "history", team.pk)
    yield from (address(Contact, e, contact.pk) for e in ("change", "close", "requeue"))
    yield "/admin/agents/accesstoken/add/"
    yield address(WrapUpCode, "import")
    yield "/admin/password_change/"
    yield "/admin/agents/"
    yield "/desk/"


@pytest.mark.longest
def test_the_administration(
    judged: Callable[[], Page],
    ada: Agent,
    acme: Organisation,
    contact: Contact,
    tmp_path: Path,
) -> None:
    page = judged()
    administer(page, ada.email)
    expect(page.get_by_text("Needs attention")).to_be_visible()
    found = faults(page)

    for path in pages(acme, contact):
        page.goto(path)
        found += faults(page)
    page.goto(address(Queue, "add"))
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Please correct the error")).to_be_visible()
    found += faults(page)
    page.goto(address(WrapUpCode, "import"))
    for text in ("name\nGone\n", "name\n\n,x\n"):
        file = tmp_path / "codes.csv"
        file.write_text(text)
        page.locator("input[type=file]").set_input_files(file)
        page.locator("form [type=submit]").last.click()
        found += faults(page)
        page.goto(address(WrapUpCode, "import"))

    assert not found, "\n".join(found)


def test_desk_and_customers_page(
    judged: Callable[[], Page], alice: Agent, direct: EntryPoint
) -> None:
    factories.ArticleFactory.create(organisation=direct.organisation, title="Billing")
    desk, visitor = judged(), judged()
    desk.goto("/")
    found = faults(desk)
    sign_in(desk, alice)
    become(desk, "Available")
    visitor.goto(f"/chat/{direct.key}/")
    found += faults(visitor)
    visitor.get_by_label("Name").fill("Dora")
    start_chat(visitor)
    expect_phase(desk, "Dora", "ringing")
    found += [*faults(desk), *faults(visitor)]
    accept(desk, "Dora")
    say(visitor, "My bill is wrong.")
    expect(bubbles(desk)).to_have_text(["My bill is wrong."])
    desk.get_by_role("button", name="Articles", exact=True).click()
    expect(desk.get_by_role("option", name="Billing")).to_be_visible()
    found += faults(desk)
    desk.keyboard.press("Escape")
    desk.get_by_role("button", name="Info").click()
    found += [*faults(desk), *faults(visitor)]
    end(desk)
    expect(desk.get_by_role("heading", name="WRAP UP")).to_be_visible()
    found += [*faults(desk), *faults(visitor)]
    desk.goto("/second-factor/")
    found += faults(desk)

    assert not found, "\n".join(found)


def test_the_first_page_is_kept_up_to_date(
    new_context: Callable[..., BrowserContext], ada: Agent, contact: Contact
) -> None:
    page = new_context().new_page()
    page.clock.install()
    administer(page, ada.email)
    opened = page.locator(".figure").filter(has_text="Opened").get_by_role("link")
    expect(opened).to_have_text("2")
    opened.focus()
    page.evaluate("scrollTo(0, 150)")
    factories.ContactFactory.create(
        organisation=contact.organisation, queue=contact.queue
    )

    page.clock.run_for(31_000)
    expect(opened).to_have_text("3")
    expect(opened).to_be_focused()
    assert page.evaluate("scrollY") == 150

    page.route("**/admin/", lambda route: route.abort())
    page.clock.run_for(31_000)
    expect(page.get_by_role("status")).to_contain_text("Parley does not answer")

    page.unroute("**/admin/")
    page.clock.run_for(31_000)
    expect(page.get_by_role("status")).to_be_empty()
