"""Who may send files at all, and what becomes of them while they are checked."""

from __future__ import annotations

import socket
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client
from kombu.exceptions import OperationalError as NoBroker

from config.celery import app as celery
from config.file_storage import stored_at
from contacts import jobs, tasks
from contacts.models import Attachment, Message
from contacts.services import scans, uploads
from core import answers, clock, redis
from screening.files import guarded
from tests import sockets, steps
from tests.config.test_file_storage import store
from tests.contacts.files import (
    TEXT,
    content_of,
    fetch,
    nothing_is_kept,
    remove,
    send,
    staged,
    stored,
    upload,
)
from tests.core.test_antivirus import VIRUS, clamd
from tests.screening import documents
from tests.steps import refuses

if TYPE_CHECKING:
    from pytest_django import Settings

    from agents.models import Agent, MultimediaProfile, Organisation
    from queues.models import EntryPoint
    from screening.files.verdicts import Verdict
    from tests.steps import Chat

pytestmark = pytest.mark.usefixtures("media")


# --- switches --------------------------------------------------------------------
def test_the_organisation_switches_files_off(
    acme: Organisation, alice: Agent, talking: Chat, direct: EntryPoint, media: Path
) -> None:
    rules = f"{steps.API}/chat/entry-points/{direct.key}/"
    assert steps.customer_of(talking).get(rules).json()["attachments"]["enabled"]
    assert "attach" in steps.cards_of(alice)[0]["controls"]

    acme.attachments_enabled = False
    acme.save(update_fields=["attachments_enabled"])

    assert not steps.customer_of(talking).get(rules).json()["attachments"]["enabled"]
    assert "attach" not in steps.cards_of(alice)[0]["controls"]
    refuses(upload(alice, ("a.txt", TEXT), to=talking), 403, "attachments_off")
    refuses(upload(talking, ("a.txt", TEXT)), 403, "attachments_off")
    assert nothing_is_kept(media)


def test_a_profile_switches_files_off_for_its_agents(
    alice: Agent, talking: Chat, chat_profile: MultimediaProfile
) -> None:
    chat_profile.attachments_enabled = False
    chat_profile.save(update_fields=["attachments_enabled"])

    assert "attach" not in steps.cards_of(alice)[0]["controls"]
    refuses(upload(alice, ("a.txt", TEXT), to=talking), 403, "attachments_off")
    assert upload(talking, ("a.txt", TEXT)).status_code == 201


def test_what_waits_does_not_go_out_once_files_are_switched_off(
    acme: Organisation, alice: Agent, talking: Chat, chat_profile: MultimediaProfile
) -> None:
    theirs, ours = staged(talking), staged(alice, to=talking)
    chat_profile.attachments_enabled = False
    chat_profile.save(update_fields=["attachments_enabled"])

    refuses(send(alice, ours, to=talking, text="Mine"), 403, "attachments_off")
    assert send(talking, theirs).status_code == 201

    chat_profile.attachments_enabled = True
    chat_profile.save(update_fields=["attachments_enabled"])
    theirs = staged(talking)
    acme.attachments_enabled = False
    acme.save(update_fields=["attachments_enabled"])
    refuses(send(talking, theirs, text="Mine"), 403, "attachments_off")
    refuses(send(alice, ours, to=talking), 403, "attachments_off")
    assert Attachment.objects.filter(status="sent").count() == 1
    assert Message.objects.filter(kind="text").count() == 1


def test_the_organisations_formats_count(acme: Organisation, talking: Chat) -> None:
    acme.attachment_extensions = [".pdf"]
    acme.save(update_fields=["attachment_extensions"])

    refuses(upload(talking, ("a.txt", TEXT)), 400, "attachment_format", errors={"file"})
    assert staged(talking, ("a.PDF", documents.pdf()))


def test_open_desks_feel_the_switches(
    acme: Organisation, ada: Agent, alice: Agent, talking: Chat
) -> None:
    admin = steps.client_for(ada)
    url = f"{steps.API}/organisation/"

    with sockets.desk_of(alice) as desk:
        for is_on in (False, True):
            body = {"attachments_enabled": is_on}
            assert admin.patch(url, body, format="json").status_code == 200
            card = desk.read_until("card")["card"]
            assert ("attach" in card["controls"]) is is_on


def test_open_pages_of_customers_feel_the_switch(
    acme: Organisation, ada: Agent, alice: Agent, talking: Chat
) -> None:
    admin = steps.client_for(ada)
    url = f"{steps.API}/organisation/"

    with sockets.page_of(talking) as page:
        seen = []
        for is_on in (False, True):
            body = {"attachments_enabled": is_on}
            assert admin.patch(url, body, format="json").status_code == 200
            seen.append(page.read_until("contact")["contact"])
        steps.end(alice, talking)
        over = page.read_until("contact")["contact"]

    assert [contact["can_attach"] for contact in seen] == [False, True]
    assert all(contact["can_send"] for contact in seen)
    # Newer each time, so that a page cannot show an older one.
    assert seen[0]["version"] < seen[1]["version"]
    assert over["can_attach"] is False


def test_the_administration_says_that_nobody_looks_for_viruses(
    settings: Settings, ada: Agent, acme: Organisation
) -> None:
    browser, page = Client(), f"/admin/agents/organisation/{acme.pk}/change/"
    browser.force_login(ada)

    assert "not for viruses" in browser.get(page).content.decode()
    settings.CLAMD_URL = "tcp://127.0.0.1:3310"
    assert "not for viruses" not in browser.get(page).content.decode()


# --- the check -------------------------------------------------------------------
def test_a_check_that_takes_too_long_blocks_the_file(
    alice: Agent, talking: Chat, media: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody works here: the check waits in its queue."""
    celery.conf.task_always_eager = False
    monkeypatch.setattr(uploads, "PATIENCE", 0.1)
    try:
        [row] = upload(talking, ("a.txt", TEXT)).json()
    finally:
        celery.conf.task_always_eager = True
        redis.client().delete(redis.key("scans"))

    assert (row["status"], row["reason"]) == ("blocked", "scan_timeout")
    assert not stored(media)
    # It comes too late.
    scans.scan(attachment_id=row["id"])
    assert Attachment.objects.get().reason == "scan_timeout"


def test_the_answer_comes_where_word_of_the_check_is_lost(
    talking: Chat, media: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "PATIENCE", 3600)
    monkeypatch.setattr(answers, "tell", lambda _: None)

    assert upload(talking, ("a.txt", TEXT)).json()[0]["status"] == "staged"


def test_a_check_that_fails_blocks_the_file_at_once(
    talking: Chat, media: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(uploads, "PATIENCE", 3600)
    monkeypatch.setattr(guarded, "scan", fail)

    [row] = upload(talking, ("a.txt", TEXT)).json()

    assert (row["status"], row["reason"]) == ("blocked", "scan_timeout")
    assert not stored(media)


@pytest.mark.parametrize("name", ["a.txt", "a.png"])
def test_a_check_that_runs_twice_at_once_loses_no_file(
    talking: Chat, media: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    check, runs = guarded.scan, []

    def twice(*args: Any, **options: Any) -> Verdict:
        runs.append(1)
        if len(runs) == 1:
            scans.scan(attachment_id=Attachment.objects.get().pk)
        return check(*args, **options)

    monkeypatch.setattr(guarded, "scan", twice)
    content = TEXT if name == "a.txt" else documents.picture()

    [file_id] = staged(talking, (name, content))

    assert len(runs) == 2
    assert len(stored(media)) == 1
    assert content_of(fetch(talking, file_id))


def test_without_redis_nothing_is_kept(
    talking: Chat, media: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object) -> None:
        raise NoBroker

    monkeypatch.setattr(tasks.scan, "delay", away)

    refuses(upload(talking, ("a.txt", TEXT)), 503, "unavailable")
    assert nothing_is_kept(media)


def test_a_store_that_is_away_is_said(settings: Settings, talking: Chat) -> None:
    with store() as (url, kept):
        settings.STORAGES = settings.STORAGES | {"default": stored_at(url)}
        [kept_one], [lost] = staged(talking), staged(talking)
        assert content_of(fetch(talking, kept_one)) == TEXT
        name = Attachment.objects.get(pk=lost).file.name
        del kept[f"/parley/{name}"]
        refuses(fetch(talking, lost), 404, "not_found")

    for answer in (upload(talking, ("a.txt", TEXT)), fetch(talking, kept_one)):
        refuses(answer, 503, "unavailable")
        assert answer["Retry-After"] == "5"
    assert Attachment.objects.count() == 2
    assert remove(talking, kept_one).status_code == 204
    assert jobs.forget_stray_files(clock.now() + timedelta(hours=25)) == 0
    assert jobs.forget_unsent_files(clock.now() + timedelta(hours=25)) == 1


def test_a_virus_blocks_a_file(settings: Settings, talking: Chat, media: Path) -> None:
    listener = socket.create_server(("127.0.0.1", 0))
    settings.CLAMD_URL = f"tcp://127.0.0.1:{listener.getsockname()[1]}"
    with clamd(listener):
        [row] = upload(talking, ("a.txt", b"Hello " + VIRUS)).json()
    assert (row["status"], row["reason"]) == ("blocked", "virus")

    # The scanner is gone: nobody knows.
    [row] = upload(talking, ("a.txt", TEXT)).json()
    assert (row["status"], row["reason"]) == ("blocked", "scan_timeout")
    assert not stored(media)
