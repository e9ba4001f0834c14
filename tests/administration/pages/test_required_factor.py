"""The switch that requires a second factor, in the organisation's settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agents.models import Agent, Organisation, Role
from tests.administration.pages.site import change, errors, page
from tests.cast import person
from tests.steps import with_factor

if TYPE_CHECKING:
    from django.test import Client


def settings_page(browser: Client, acme: Organisation) -> str:
    address = page(Organisation, "change", acme.pk)
    return browser.get(address).content.decode()


def test_the_form_says_first_how_many_people_it_concerns(
    adas_browser: Client,
    acme: Organisation,
    ada: Agent,
    alice: Agent,
    bob: Agent,
    gina: Agent,
) -> None:
    person("Robot", acme, role=Role.INTEGRATION)
    Agent.objects.filter(pk=bob.pk).update(is_active=False)

    before = settings_page(adas_browser, acme)
    with_factor(alice)
    then = settings_page(adas_browser, acme)
    with_factor(ada)
    after = settings_page(adas_browser, acme)

    assert "Of 2 people 2 have none yet." in before
    assert "Of 2 people 1 have none yet." in then
    assert "All 2 people have one." in after


def test_who_requires_one_has_one_first(
    adas_browser: Client, acme: Organisation, ada: Agent
) -> None:
    found = errors(change(adas_browser, acme, require_second_factor="on", name="A"))
    acme.refresh_from_db()
    assert "Set up a second factor of your own first" in str(
        found["require_second_factor"]
    )
    assert (acme.require_second_factor, acme.name) == (False, "Acme")

    with_factor(ada)
    change(adas_browser, acme, require_second_factor="on")

    acme.refresh_from_db()
    assert acme.require_second_factor


def test_what_is_required_already_hinders_no_other_change(
    adas_browser: Client, acme: Organisation
) -> None:
    acme.require_second_factor = True
    acme.save(update_fields=["require_second_factor"])

    change(adas_browser, acme, name="Acme Ltd")
    change(adas_browser, acme, require_second_factor=None)

    acme.refresh_from_db()
    assert (acme.require_second_factor, acme.name) == (False, "Acme Ltd")
