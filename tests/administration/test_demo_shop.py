"""`/demo/`: a shop with the widget, where the demo is, and nowhere else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.test import Client

from administration import demo
from queues.models import EntryPoint

if TYPE_CHECKING:
    from pytest_django import Settings

    from queues.models import Queue

SHOP = "/demo/"


@pytest.fixture
def here() -> Client:
    """The browser of somebody who sits at this machine."""
    return Client(headers={"host": "localhost"})


@pytest.fixture
def loaded(db: None) -> None:
    demo.load()


@pytest.mark.usefixtures("loaded")
def test_it_is_a_site_with_the_widget_under_a_policy_of_its_own(here: Client) -> None:
    page = here.get(SHOP)

    assert page.status_code == 200
    tag = '<script src="/widget.js" data-entry-point="acme-web" async></script>'
    assert tag in page.content.decode()
    rules = {rule.strip() for rule in page["Content-Security-Policy"].split(";")}
    assert {"default-src 'none'", "script-src 'self'", "frame-src 'self'"} <= rules
    assert "unsafe" not in page["Content-Security-Policy"]


@pytest.mark.usefixtures("loaded")
def test_it_is_closed_to_the_world_unless_the_demo_is_open(
    settings: Settings,
) -> None:
    assert Client().get(SHOP).status_code == 404
    forwarded = {"host": "localhost", "x-forwarded-for": "192.0.2.7"}
    assert Client(headers=forwarded).get(SHOP).status_code == 404

    settings.DEMO = True

    assert Client().get(SHOP).status_code == 200


def test_without_the_demos_data_there_is_no_shop(
    here: Client, help_queue: Queue
) -> None:
    assert here.get(SHOP).status_code == 404

    # Somebody else's entry point has the demo's key.
    EntryPoint.objects.create(
        organisation=help_queue.organisation,
        key="acme-web",
        name="Ours",
        queue=help_queue,
    )

    assert here.get(SHOP).status_code == 404
