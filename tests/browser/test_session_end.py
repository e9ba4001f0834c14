"""People are told before they are signed out, and stay signed in with one press."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import Page, expect

from agents.models import Team
from agents.sessions import BEGUN, SessionStore
from core import clock
from tests.browser.accessibility import faults
from tests.browser.desk_steps import sign_in
from tests.browser.test_setup import administer
from tests.factories import PASSWORD

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import BrowserContext

    from agents.models import Agent

FORM = "/admin/agents/team/add/"
NEAR = "Nothing has been done here for a long time"
NEARLY = timedelta(seconds=150)


@pytest.fixture
def form(new_context: Callable[..., BrowserContext], ada: Agent) -> Page:
    """Ada's browser, with a form that she has begun to fill in."""
    page = new_context(bypass_csp=True).new_page()
    page.clock.install()
    administer(page, ada.email)
    page.goto(FORM)
    page.get_by_label("Name:", exact=True).fill("Night")
    return page


def idle(*pages: Page, left: timedelta = NEARLY) -> None:
    """Let nobody have worked for so long that no more than this is left."""
    Session.objects.update(expire_date=clock.now() + left)
    for page in pages:
        # axe asks for them at addresses that are none, which would be work.
        page.route("**/*.css*", lambda route: route.abort())
        page.clock.fast_forward("11:57:30" if left else "12:01:00")


def test_one_press_keeps_a_session_and_quietens_the_other_tab(form: Page) -> None:
    other = form.context.new_page()
    other.clock.install()
    other.goto("/password/")
    field = form.get_by_label("Name:", exact=True)
    field.focus()

    idle(form, other)
    for page in (form, other):
        expect(page.get_by_role("alert").filter(has_text=NEAR)).to_be_visible()
        expect(page.get_by_role("timer")).to_have_text(re.compile(r"2:[0-3]\d"))
    expect(field).to_be_focused()
    assert faults(form) == []
    assert faults(other) == []
    stay = form.get_by_role("button", name="Stay signed in")
    stay.press("Enter")

    expect(stay).to_be_hidden()
    expect(field).to_be_focused()
    expect(form.get_by_text("You stay signed in.")).to_be_attached()
    later = clock.now() + timedelta(hours=11)
    assert Session.objects.filter(expire_date__gt=later).exists()
    other.clock.fast_forward("00:11")
    expect(other.get_by_text(NEAR)).to_be_hidden()


def test_what_is_typed_outlives_the_session(form: Page, ada: Agent) -> None:
    idle(form, left=timedelta())
    over = form.get_by_role("alert").filter(has_text="You are signed out.")
    expect(over).to_be_visible()
    assert faults(form) == []

    with form.expect_popup() as opened:
        form.get_by_role("link", name="Sign in in a new tab").click()
    door = opened.value
    door.get_by_label("Email").fill(ada.email)
    door.get_by_label("Password").fill(PASSWORD)
    door.get_by_role("button", name="Sign in").click()
    expect(door.get_by_label("Name:", exact=True)).to_be_visible()
    form.bring_to_front()
    form.clock.fast_forward("00:11")
    expect(over).to_be_hidden()
    form.get_by_role("button", name="Save", exact=True).click()

    expect(form.get_by_text("was added successfully")).to_be_visible()
    assert Team.objects.filter(name="Night").exists()


def test_the_longest_time_is_told_without_a_way_to_put_it_off(
    new_context: Callable[..., BrowserContext], alice: Agent
) -> None:
    """At the desk, and over a dialog that is open."""
    desk = new_context(bypass_csp=True).new_page()
    sign_in(desk, alice)
    cookies = {each["name"]: each["value"] for each in desk.context.cookies()}
    name = next(name for name in cookies if name.startswith("parley_session"))
    session = SessionStore(cookies[name])
    begun = clock.now() - timedelta(days=14) + NEARLY
    session[BEGUN] = begun.timestamp()
    session.save()

    desk.reload()
    expect(desk.get_by_text("You signed in long ago")).to_be_visible()
    expect(desk.get_by_role("button", name="Stay signed in")).to_be_hidden()
    assert faults(desk) == []
    desk.keyboard.press("?")

    inside = desk.get_by_role("dialog").get_by_text("You signed in long ago")
    expect(inside).to_be_visible()
