"""Setting up a second factor, and signing in with it, in the browser."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyotp
import pytest
from playwright.sync_api import expect

from agents.models import SecondFactor
from tests.factories import PASSWORD

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import BrowserContext, Page

    from agents.models import Agent, Organisation


def enter_password(page: Page, agent: Agent) -> None:
    page.get_by_label("Email").fill(agent.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_an_agent_sets_it_up_and_signs_in_with_it(
    new_context: Callable[..., BrowserContext],
    acme: Organisation,
    alice: Agent,
    scheme: str,
) -> None:
    acme.require_second_factor = True
    acme.save(update_fields=["require_second_factor"])
    page = new_context(color_scheme=scheme).new_page()

    page.goto("/")
    enter_password(page, alice)
    expect(page.get_by_role("heading", name="Second factor")).to_be_visible()
    expect(page.get_by_role("img", name="QR code")).to_be_visible()
    page.get_by_text("I cannot scan it").click()
    key = page.locator("code").inner_text()
    page.get_by_label("Code", exact=True).fill(pyotp.TOTP(key).now())
    page.get_by_role("button", name="Turn on").click()
    codes = page.get_by_role("list", name="Recovery codes").get_by_role("listitem")
    expect(codes).to_have_count(10)
    recovery_code = codes.first.inner_text()
    page.get_by_role("link", name="I have kept them").click()
    page.wait_for_url("**/desk/")

    other = new_context(color_scheme=scheme).new_page()
    other.goto("/")
    enter_password(other, alice)
    code = other.get_by_label("Code")
    expect(code).to_be_focused()
    code.fill("000000")
    other.get_by_role("button", name="Sign in").click()
    expect(other.get_by_role("alert")).to_contain_text("This code is not right")
    other.get_by_label("Code").fill(recovery_code)
    other.get_by_role("button", name="Sign in").click()

    other.wait_for_url("**/desk/")
    assert SecondFactor.objects.get(agent=alice).confirmed_at is not None
