"""Saved views by mail: one on each morning, for those who may see it still."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from agents.models import Mail, Role
from core import clock
from core.errors import NotFound
from reports import jobs
from reports.models import SavedView
from reports.services import saved_views
from tests.factories import QueueFactory
from tests.post_office import html_of, text_of
from tests.reports.pages import browser_of, waits
from tests.reports.test_saved_views import post, saves
from tests.threads import at_once

if TYPE_CHECKING:
    from email.message import EmailMessage

    from pytest_django import Settings

    from agents.models import Agent, Organisation, Team
    from queues.models import Queue
    from tests.clockwork import Clockwork
    from tests.post_office import PostOffice

SCRIPT = "<script>alert('7')</script>"


@pytest.fixture(autouse=True)
def friday(
    acme: Organisation, clockwork: Clockwork, post_office: PostOffice
) -> datetime:
    """Friday noon at Acme, which is in Berlin, and mail is set up."""
    acme.timezone = "Europe/Berlin"
    acme.save(update_fields=["timezone"])
    now = datetime(2026, 11, 27, 11, tzinfo=UTC)
    clockwork.moves_to(now)
    return now


@pytest.fixture
def comes(clockwork: Clockwork, post_office: PostOffice) -> Any:
    """Let it be this time (UTC); return what has come by mail until then."""

    def letters(*moment: int) -> list[EmailMessage]:
        now = datetime(*moment, tzinfo=UTC)  # type: ignore[arg-type, misc]
        clockwork.moves_to(now)
        jobs.mail_views(now)
        post_office.sends()
        return post_office.letters

    return letters


def test_a_view_comes_every_morning_at_seven(sam: Agent, comes: Any) -> None:
    saves(sam, mail_every="day")

    assert len(comes(2026, 11, 28, 5, 59)) == 0
    assert len(comes(2026, 11, 28, 6, 0)) == 1
    assert len(comes(2026, 11, 28, 6, 1)) == 1
    assert len(comes(2026, 11, 29, 6, 0)) == 2


def test_a_view_comes_every_monday(sam: Agent, comes: Any) -> None:
    saves(sam, period="last_7_days", mail_every="week")

    assert len(comes(2026, 11, 29, 23, 0)) == 0
    [letter] = comes(2026, 11, 30, 6, 0)
    assert letter["Subject"] == "Mornings: 2026-11-23 to 2026-11-29"
    assert len(comes(2026, 12, 6, 12, 0)) == 1
    assert len(comes(2026, 12, 7, 6, 0)) == 2


def test_the_hour_stays_where_clocks_are_turned(sam: Agent, comes: Any) -> None:
    saves(sam, mail_every="day")

    comes(2027, 3, 27, 6, 0)
    count = len(comes(2027, 3, 28, 4, 59))

    assert len(comes(2027, 3, 28, 5, 0)) == count + 1


def test_after_a_week_without_workers_one_mail_comes(sam: Agent, comes: Any) -> None:
    saves(sam, mail_every="day")

    [letter] = comes(2026, 12, 4, 15, 0)

    assert letter["Subject"] == "Mornings: 2026-12-03"
    assert len(comes(2026, 12, 5, 5, 0)) == 1
    assert len(comes(2026, 12, 5, 6, 0)) == 2


def test_a_late_mail_is_of_the_week_that_it_was_due_for(sam: Agent, comes: Any) -> None:
    saves(sam, period="last_7_days", mail_every="week")

    [letter] = comes(2026, 12, 2, 12, 0)

    assert letter["Subject"] == "Mornings: 2026-11-23 to 2026-11-29"


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_two_workers_send_one_mail(
    sam: Agent, clockwork: Clockwork, post_office: PostOffice
) -> None:
    saves(sam, mail_every="day")
    now = datetime(2026, 11, 28, 6, tzinfo=UTC)
    clockwork.moves_to(now)

    at_once(*[lambda: jobs.mail_views(now)] * 4)

    assert Mail.objects.count() == 1


def test_it_has_figures_changes_and_a_link(
    sam: Agent, support: Queue, comes: Any
) -> None:
    for hour in (9, 10, 11):
        waits(support, datetime(2026, 11, 29, hour, tzinfo=UTC))
    for hour in (9, 10):
        waits(support, datetime(2026, 11, 28, hour, tzinfo=UTC))
    view = saves(sam, mail_every="day")

    letter = comes(2026, 11, 30, 6, 0)[-1]

    assert letter["To"] == sam.email
    told = text_of(letter).replace("\r\n", "\n")
    assert "Offered: 3 (▲ 50.0% more, before: 2)" in told
    assert "Support\n  Offered: 3\n" in told
    assert f"https://chat.acme.example/reports/?view={view.pk}" in told
    assert "https://chat.acme.example/reports/views/" in told
    assert "50.0% more" in html_of(letter)
    assert ">Support</th>" in html_of(letter).replace(" ", "")


def test_what_no_mail_shows_is_not_read(sam: Agent, comes: Any) -> None:
    saves(sam, report="ratings", mail_every="day")

    with CaptureQueriesContext(connection) as asked:
        assert len(comes(2026, 11, 28, 6, 0)) == 1

    statements = [query["sql"] for query in asked]
    assert not any("rating_comment" in sql for sql in statements)
    # Of two periods, by agent alone.
    assert sum('FROM "reports_ratingsums"' in sql for sql in statements) == 2


def test_names_in_it_are_text(
    acme: Organisation, sam: Agent, front_line: Team, comes: Any
) -> None:
    queue = QueueFactory.create(organisation=acme, name=SCRIPT, teams=[front_line])
    waits(queue, datetime(2026, 11, 27, 9, tzinfo=UTC))
    saves(sam, name=SCRIPT, mail_every="day")

    [letter] = comes(2026, 11, 28, 6, 0)

    assert letter["Subject"] == f"{SCRIPT}: 2026-11-27"
    assert SCRIPT in text_of(letter)
    assert SCRIPT not in html_of(letter)


def test_it_speaks_the_language_of_its_reader(sam: Agent, comes: Any) -> None:
    sam.language = "ar"
    sam.save(update_fields=["language"])
    saves(sam, mail_every="day")

    [letter] = comes(2026, 11, 28, 6, 0)

    assert 'dir="rtl"' in html_of(letter)
    assert "27/11/2026" in letter["Subject"]


@pytest.mark.parametrize(
    "changes", [{"is_active": False}, {"role": Role.AGENT}], ids=["gone", "agent"]
)
def test_who_may_not_see_it_any_more_gets_none_for_good(
    sam: Agent, comes: Any, changes: dict[str, Any]
) -> None:
    saves(sam, mail_every="day")
    before = {name: getattr(sam, name) for name in changes}
    _set(sam, **changes)

    assert comes(2026, 11, 28, 6, 0) == []

    _set(sam, **before)
    assert comes(2026, 11, 29, 6, 0) == []
    assert SavedView.objects.get().mail_every == ""


def _set(agent: Agent, **values: Any) -> None:
    for name, value in values.items():
        setattr(agent, name, value)
    agent.save(update_fields=[*values])


def test_a_queue_that_is_overseen_no_more_is_not_mailed_about(
    sam: Agent, support: Queue, comes: Any
) -> None:
    saves(sam, queue=support.pk, mail_every="day")
    sam.teams.clear()

    assert comes(2026, 11, 28, 6, 0) == []


def test_it_is_turned_off_on_the_page(sam: Agent, comes: Any) -> None:
    view = saves(sam, mail_every="day")

    post(sam, "change", view=view.pk, name=view.name, mail_every="")

    assert comes(2026, 11, 28, 6, 0) == []
    assert "Every morning" not in _own(sam)


def _own(viewer: Agent) -> str:
    return page_of_views(viewer).partition("<form")[0]


def page_of_views(viewer: Agent) -> str:
    written: str = browser_of(viewer).get("/reports/views/").content.decode()
    return written


def test_another_name_does_not_move_the_mail(sam: Agent, comes: Any) -> None:
    view = saves(sam, mail_every="day")
    due = view.mail_due_at
    assert comes(2026, 11, 28, 6, 0)

    post(sam, "change", view=view.pk, name="Early", mail_every="day")

    assert comes(2026, 11, 29, 6, 0)[-1]["Subject"] == "Early: 2026-11-28"
    view.refresh_from_db()
    assert due is not None
    assert view.mail_due_at != due


def test_another_name_leaves_the_mail_on_while_mails_are_off(
    sam: Agent, comes: Any, settings: Settings
) -> None:
    view = saves(sam, mail_every="day")
    url, settings.EMAIL_URL = settings.EMAIL_URL, ""
    assert 'name="mail_every"' not in page_of_views(sam)

    assert post(sam, "change", view=view.pk, name="Early").status_code == 302

    settings.EMAIL_URL = url
    [letter] = comes(2026, 11, 28, 6, 0)
    assert letter["Subject"] == "Early: 2026-11-27"


def test_a_change_that_began_before_a_mail_does_not_have_it_sent_again(
    sam: Agent, comes: Any
) -> None:
    saves(sam, mail_every="day")
    view = SavedView.objects.get()
    assert len(comes(2026, 11, 28, 6, 0)) == 1

    changed = saved_views.change(
        view, name="Early", is_shared=False, mail_every="day", now=clock.now()
    )

    assert changed.name == SavedView.objects.get().name == "Early"
    assert len(comes(2026, 11, 28, 6, 1)) == 1
    assert len(comes(2026, 11, 29, 6, 0)) == 2


def test_a_view_that_is_gone_is_not_changed(sam: Agent) -> None:
    view = saves(sam)
    SavedView.objects.all().delete()

    with pytest.raises(NotFound):
        saved_views.change(
            view, name="Early", is_shared=False, mail_every="", now=clock.now()
        )

    assert not SavedView.objects.exists()
