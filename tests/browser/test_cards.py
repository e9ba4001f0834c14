"""What a glance at the list tells, and the note that nothing may lose."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

from playwright.sync_api import Page, expect

from contacts import jobs as chores
from contacts.models import Assignment, Message
from core import clock
from tests.browser.desk_steps import (
    accept,
    card,
    end,
    expect_connected,
    state_button,
)
from tests.browser.steps import editor, say, wait_until
from wrapup import jobs
from wrapup.models import WrapUp

if TYPE_CHECKING:
    from collections.abc import Callable

    from agents.models import Organisation


def asked_before(customer: str, seconds: int) -> None:
    """Let it be so long since the customer asked, and the agent accepted."""
    then = clock.now() - timedelta(seconds=seconds)
    theirs = {"contact__customer__name": customer}
    Assignment.objects.filter(**theirs).update(connected_at=then)
    Message.objects.filter(**theirs).update(created_at=then)


def names(desk: Page) -> list[str]:
    return desk.locator("[data-contact] .card__name").all_inner_texts()


def test_cards_tell_who_waits_for_what(
    desk: Page, visit: Callable[[str], Page]
) -> None:
    doras = visit("Dora")
    say(doras, "My parcel is lost")
    expect(doras.get_by_text("Sent", exact=True)).to_be_visible()
    chores.send_cards(clock.now())
    expect(card(desk, "Dora")).to_contain_text("My parcel is lost")
    expect(card(desk, "Dora")).to_contain_text("In line 0:")
    expect(state_button(desk)).to_contain_text("Available · 1 of 3")
    accept(desk, "Dora")
    expect(card(desk, "Dora")).to_contain_text("Waiting 0:")
    editor(desk).fill("Let me se")
    emils = visit("Emil")
    accept(desk, "Emil")
    say(emils, "Hello?")
    expect(card(desk, "Emil")).to_contain_text("Waiting 0:")
    asked_before("Dora", 90)
    asked_before("Emil", 150)
    visit("Frida")
    accept(desk, "Frida")
    expect(state_button(desk)).to_have_accessible_name(
        "Agent state: Available · 3 of 3 (full)"
    )

    desk.reload()
    expect_connected(desk)

    for name, waits, mood in (
        ("Dora", "Waiting 1:", "late"),
        ("Emil", "Waiting 2:", "overdue"),
    ):
        standing = card(desk, name).locator(".card__standing")
        expect(standing).to_contain_text(waits)
        expect(standing).to_have_attribute("data-mood", mood)
    expect(card(desk, "Dora").get_by_text("Draft")).to_be_visible()
    expect(card(desk, "Emil").get_by_text("Draft")).to_be_hidden()
    assert names(desk) == ["Dora", "Emil", "Frida"]
    desk.get_by_role("switch", name="Waiting first").click()
    assert names(desk) == ["Emil", "Dora", "Frida"]
    desk.reload()
    expect(card(desk, "Emil")).to_be_visible()
    assert names(desk) == ["Emil", "Dora", "Frida"]


def test_two_that_are_missed_at_once_are_both_named(
    desk: Page, visit: Callable[[str], Page]
) -> None:
    for name in ("Dora", "Emil"):
        visit(name)
        expect(card(desk, name)).to_be_visible()

    chores.expire_offers(clock.now() + timedelta(hours=1))

    notice = desk.locator(".list__notice")
    for name in ("Dora", "Emil"):
        expect(notice).to_contain_text(f"{name} was not answered in time")


def test_a_wrap_up_that_ends_by_itself_is_given_more_time(
    desk: Page, acme: Organisation, doras: Page
) -> None:
    acme.auto_wrapup_seconds = 600
    acme.save(update_fields=["auto_wrapup_seconds"])
    end(desk)
    Assignment.objects.update(wrapup_deadline=clock.now() + timedelta(seconds=70))
    desk.reload()
    left = desk.locator("[data-slot=deadline]")
    expect(left).to_contain_text("Finishes by itself in 1:")

    desk.get_by_role("button", name="More time").press("Enter")

    expect(left).to_contain_text(re.compile(r"in (10:00|9:)"))
    said = desk.locator("[data-slot=deadline-said]")
    expect(said).to_have_text("The time of the wrap-up starts anew.")


def test_automatic_wrap_up_keeps_the_note_that_was_being_typed(
    desk: Page, acme: Organisation, doras: Page
) -> None:
    acme.auto_wrapup_seconds = 600
    acme.save(update_fields=["auto_wrapup_seconds"])
    end(desk)
    with desk.expect_response("**/wrap-up/") as stored:
        desk.get_by_label("Note", exact=True).fill("About a bill")
    assert stored.value.status == 204
    desk.evaluate("localStorage.clear()")
    desk.reload()
    expect(desk.get_by_label("Note", exact=True)).to_have_value("About a bill")
    desk.get_by_label("Note", exact=True).fill("About a bill in May")
    desk.goto("about:blank")
    wait_until(desk, lambda: Assignment.objects.get().wrapup_note.endswith("in May"))

    assert jobs.complete_wrap_ups(clock.now() + timedelta(seconds=601)) == 1

    assert WrapUp.objects.get().note == "About a bill in May"
