"""The dialogs Conference Request and Transfer Request: whom they offer, live, and what
they say when a choice has gone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import Page, expect

from contacts.models import Contact
from queues.models import Queue
from tests.browser.desk_steps import become, buttons
from tests.browser.steps import editor

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Locator

    from agents.models import Agent

    Desks = Callable[[Agent], Page]


def open_transfer(desk: Page) -> Locator:
    desk.get_by_role("button", name="Transfer", exact=True).click()
    return desk.get_by_role("dialog", name="Transfer Request")


def see_nothing_new(desk: Page, targets: str) -> None:
    """The dialog cannot look for itself before it has asked."""
    asked: list[str] = []
    desk.on("request", lambda request: asked.append(request.method))
    desk.route(
        f"**/{targets}/",
        lambda route: route.continue_() if "POST" in asked else route.abort(),
    )


def test_what_a_queue_is_for_shows_on_hover_and_on_focus(
    desk: Page, doras: Page, billing: Queue
) -> None:
    dialog = open_transfer(desk)
    dialog.get_by_role("radio", name="Queue").check()
    about = dialog.get_by_role("tooltip")

    dialog.get_by_role("option", name="Billing").hover()
    expect(about).to_have_text("Invoices and refunds")
    dialog.get_by_role("option", name="Support").hover()
    expect(about).to_have_text("")

    dialog.get_by_role("listbox", name="Choose a queue").focus()
    expect(about).to_have_text("Invoices and refunds")
    expect(dialog.get_by_role("option", selected=True)).to_have_count(0)


def test_the_choice_stays_while_the_list_changes(
    desk: Page, doras: Page, desk_of: Desks, bob: Agent, carol: Agent
) -> None:
    bobs, _ = desk_of(bob), desk_of(carol)
    dialog = open_transfer(desk)
    chosen = dialog.get_by_role("option", selected=True)
    dialog.get_by_role("option", name="Carol").click()

    become(bobs, "Meeting")
    expect(dialog.get_by_role("option")).to_have_text(["Carol"])
    expect(chosen).to_have_text("Carol")
    expect(dialog.get_by_role("alert")).to_have_count(0)

    become(bobs, "Available")
    expect(dialog.get_by_role("option")).to_have_text(["Bob", "Carol"])
    expect(chosen).to_have_text("Carol")


def test_a_queue_that_was_closed_is_refused_in_words(
    desk: Page, doras: Page, billing: Queue
) -> None:
    dialog = open_transfer(desk)
    dialog.get_by_role("radio", name="Queue").check()
    dialog.get_by_role("option", name="Billing").click()
    dialog.get_by_label("Note").fill("Wrong bill in May")
    see_nothing_new(desk, "transfer-targets")
    Queue.objects.filter(pk=billing.pk).update(is_active=False)

    dialog.get_by_role("button", name="Transfer").click()

    expect(dialog.get_by_role("alert")).to_have_text(
        "This queue cannot be chosen here."
    )
    expect(dialog.get_by_role("option", name="Billing")).to_have_count(0)
    expect(dialog.get_by_role("radio", name="Queue")).to_be_checked()
    expect(dialog.get_by_label("Note")).to_have_value("Wrong bill in May")
    expect(editor(desk)).to_be_enabled()
    assert Contact.objects.get().assignments.count() == 1


def test_a_colleague_who_became_busy_is_refused_and_another_one_asked(
    desk: Page, doras: Page, desk_of: Desks, bob: Agent, carol: Agent
) -> None:
    bobs, _ = desk_of(bob), desk_of(carol)
    desk.get_by_role("button", name="Conference", exact=True).click()
    dialog = desk.get_by_role("dialog", name="Conference Request")
    dialog.get_by_label("Choose an agent").select_option("Bob")
    see_nothing_new(desk, "conference-targets")
    become(bobs, "Meeting")

    dialog.get_by_role("button", name="Start Conference").click()

    expect(dialog.get_by_role("alert")).to_contain_text("cannot take the chat")
    expect(dialog.get_by_role("option")).to_have_text(["Choose", "Carol"])
    assert buttons(desk)[2:] == ["Conference", "Transfer", "Video", "End"]
    dialog.get_by_label("Choose an agent").select_option("Carol")
    dialog.get_by_role("button", name="Start Conference").click()
    expect(desk.get_by_text("Waiting for Carol", exact=True)).to_be_visible()
