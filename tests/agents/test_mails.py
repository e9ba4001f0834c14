"""Mails leave once, in the end, whatever the server on their way does."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from django.conf import settings as django_settings
from django.db import connection, connections, transaction

from agents import jobs
from agents.models import AuditEntry, Mail, MailKind, SuppressedAddress
from agents.services import mails
from agents.services.letters import Written
from contacts import tasks
from core import clock, mailing
from tests.threads import at_once

if TYPE_CHECKING:
    from pytest_django import Settings

    from agents.models import Organisation
    from tests.clockwork import Clockwork
    from tests.post_office import PostOffice

WORDS = Written("Hello", "Hello Dora\n", "<p>Hello Dora</p>")
DORA = "dora@example.com"


def enqueue(acme: Organisation | None, to: str = DORA, subject: str = "Hello") -> Mail:

    written = WORDS._replace(subject=subject)
    draft = mails.Draft(kind=MailKind.TRANSCRIPT, recipient=to, **written._asdict())
    return mails.enqueue(draft, organisation=acme, now=clock.now())


def states() -> list[str]:
    return [*Mail.objects.order_by("created_at", "pk").values_list("state", flat=True)]


def test_a_mail_is_sent_once_with_both_parts(
    acme: Organisation, post_office: PostOffice, clockwork: Clockwork
) -> None:
    acme.reply_to_email = "help@acme.example"
    mail = enqueue(acme)

    post_office.sends()
    post_office.sends()

    (letter,) = post_office.letters
    assert letter["From"] == "Acme <chat@parley.example>"
    assert (letter["To"], letter["Subject"]) == (DORA, "Hello")
    assert letter["Reply-To"] == "help@acme.example"
    assert letter["Message-ID"] == f"<{mail.pk}@parley.example>"
    kinds = [part.get_content_type() for part in letter.iter_parts()]
    assert kinds == ["text/plain", "text/html"]
    mail.refresh_from_db()
    assert (mail.state, mail.attempts, mail.error) == ("sent", 1, "")
    assert (mail.body_text, mail.body_html) == ("", "")


def test_two_workers_send_it_once(acme: Organisation, post_office: PostOffice) -> None:
    enqueue(acme)

    at_once(post_office.sends, post_office.sends)

    assert len(post_office.letters) == 1


def test_an_address_that_is_refused_gets_nothing_more(
    acme: Organisation, globex: Organisation, post_office: PostOffice
) -> None:
    post_office.at_address[DORA] = "550 5.1.1 Nobody of this name"
    enqueue(acme)
    post_office.sends()
    post_office.at_address.clear()

    later = enqueue(acme, to="Dora@Example.com")
    elsewhere = enqueue(globex)
    post_office.sends()

    row = SuppressedAddress.objects.get()
    assert (row.organisation, row.address) == (acme, DORA)
    assert "550 5.1.1 Nobody of this name" in row.reason
    later.refresh_from_db()
    elsewhere.refresh_from_db()
    assert (later.state, elsewhere.state) == ("failed", "sent")
    assert "refused it before" in later.error
    assert len(post_office.letters) == 1


def test_an_address_is_not_to_blame_for_the_servers_policy(
    acme: Organisation, post_office: PostOffice
) -> None:
    post_office.at_address[DORA] = "554 5.7.1 Relay access denied"
    enqueue(acme)

    post_office.sends()

    assert states() == ["failed"]
    assert not SuppressedAddress.objects.exists()


def test_a_suppressed_address_is_taken_out(
    acme: Organisation, post_office: PostOffice
) -> None:
    mails.suppress(DORA, acme, reason="550", now=clock.now())

    mails.allow(SuppressedAddress.objects.get())
    enqueue(acme)
    post_office.sends()

    assert states() == ["sent"]
    assert AuditEntry.objects.get(kind="suppressed_address").action == "deleted"


@pytest.mark.parametrize("where", ["address", "mail"])
def test_greylisting_is_waited_for(
    acme: Organisation, post_office: PostOffice, clockwork: Clockwork, where: str
) -> None:
    later = "451 4.7.1 Greylisted, please try again"
    if where == "address":
        post_office.at_address[DORA] = later
    else:
        post_office.at_mail = later
    mail = enqueue(acme)
    post_office.sends()
    mail.refresh_from_db()
    assert (mail.state, mail.attempts) == ("queued", 1)
    assert "Greylisted" in mail.error
    post_office.at_address.clear()
    post_office.at_mail = "250 OK"

    clockwork.moves(seconds=59)
    post_office.sends()
    assert not post_office.letters
    clockwork.moves(seconds=1)
    post_office.sends()

    mail.refresh_from_db()
    assert (mail.state, mail.attempts, mail.error) == ("sent", 2, "")
    assert len(post_office.letters) == 1


def test_a_mail_is_given_up_after_a_day(
    acme: Organisation, post_office: PostOffice, clockwork: Clockwork
) -> None:
    post_office.at_mail = "451 4.3.0 Later"
    mail = enqueue(acme)

    for _ in range(len(mails.PAUSES) + 1):
        post_office.sends()
        clockwork.moves(seconds=12 * 3600)

    mail.refresh_from_db()
    assert (mail.state, mail.attempts) == ("failed", len(mails.PAUSES) + 1)
    assert "451 4.3.0 Later" in mail.error


def test_a_refused_mail_has_failed_with_the_reason(
    acme: Organisation, post_office: PostOffice
) -> None:
    post_office.at_mail = "552 5.3.4 Too big"
    mail = enqueue(acme)

    post_office.sends()

    mail.refresh_from_db()
    assert (mail.state, mail.attempts) == ("failed", 1)
    assert mail.error == "The mail server refused the mail: 552 5.3.4 Too big"
    assert not SuppressedAddress.objects.exists()


def test_a_silent_server_costs_one_time_out_for_all(
    acme: Organisation, no_post_office: int, clockwork: Clockwork
) -> None:
    first, second = enqueue(acme), enqueue(acme, to="eve@example.com")

    tasks.send_mails()

    tried = Mail.objects.get(attempts=1)
    assert {first.state, second.state, tried.state} == {"queued"}
    assert "said nothing" in tried.error
    assert Mail.objects.filter(attempts=0).count() == 1


def test_nobody_waits_for_a_server_with_a_database_connection(
    acme: Organisation, post_office: PostOffice
) -> None:
    enqueue(acme)
    held = []
    post_office.after_mail = lambda: held.append(connection_of_worker())
    worker = connections["default"]

    def connection_of_worker() -> object:
        return worker.connection

    post_office.sends()

    assert states() == ["sent"]
    assert held == [None]


@pytest.mark.slow
def test_a_kill_between_sending_and_noting_doubles_it_once_by_the_same_name(
    acme: Organisation, post_office: PostOffice, clockwork: Clockwork
) -> None:
    mail = enqueue(acme)
    Mail.objects.update(next_attempt_at=mail.created_at.replace(year=2020))
    worker = start_worker(mail, post_office)
    post_office.after_mail = lambda: os.kill(worker.pid, signal.SIGKILL)
    assert worker.wait(60) == -signal.SIGKILL
    post_office.after_mail = None

    post_office.sends()
    assert len(post_office.letters) == 1
    clockwork.moves(seconds=mails.CLAIMED_FOR.total_seconds() + 1)
    post_office.sends()
    clockwork.moves(seconds=86400)
    post_office.sends()

    names = [letter["Message-ID"] for letter in post_office.letters]
    assert names == [f"<{mail.pk}@parley.example>"] * 2
    assert states() == ["sent"]


def start_worker(mail: Mail, office: PostOffice) -> subprocess.Popen[bytes]:
    """Send the mail from a process of its own, on the tests' database."""
    name = connection.settings_dict["NAME"]
    folder, _, _ = os.environ["DATABASE_URL"].rpartition("%2F")
    is_file = connection.vendor == "sqlite"
    url = f"sqlite:///{name}" if is_file else f"{folder}%2F{name}"
    work = (
        "import django; django.setup()\n"
        "from contacts.services import sending\n"
        "from uuid import UUID\n"
        f"sending.send(mail_id=UUID('{mail.pk}'))"
    )
    own = {
        "DATABASE_URL": url,
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "EMAIL_URL": office.url,
        "EMAIL_FROM": "chat@parley.example",
    }
    return subprocess.Popen(
        [sys.executable, "-c", work],
        env={**os.environ, **own},
        cwd=django_settings.BASE_DIR,
    )


@pytest.mark.parametrize("hole", ["\n", "\r\n", "\r", "\u2028"])
def test_no_line_break_reaches_a_header(
    acme: Organisation, post_office: PostOffice, hole: str
) -> None:
    evil = f"Hello{hole}Bcc: eve@example.com"
    acme.name = evil
    enqueue(acme, subject=evil)
    acme.reply_to_email = f"a@acme.example{hole}Bcc: eve@example.com"
    enqueue(acme, subject="Second")
    enqueue(acme, to=f"{DORA}{hole}Bcc: eve@example.com", subject="Third")

    post_office.sends()

    for letter in post_office.letters:
        assert letter["Bcc"] is None
        assert letter["To"] == DORA
    assert post_office.letters[0]["Subject"] == "Hello Bcc: eve@example.com"
    assert "queued" not in states()


@pytest.mark.parametrize(
    ("setting", "limit"), [("MAILS_PER_ADDRESS", 2), ("MAILS_PER_ORGANISATION", 2)]
)
def test_there_is_a_limit_for_an_address_and_for_an_organisation(
    acme: Organisation,
    post_office: PostOffice,
    settings: Settings,
    clockwork: Clockwork,
    setting: str,
    limit: int,
) -> None:
    setattr(settings, setting, limit)
    enqueue(acme)
    enqueue(acme, to="DORA@example.com")

    with pytest.raises(mails.TooManyMails):
        enqueue(acme)
    clockwork.moves(seconds=3601)
    enqueue(acme)

    assert Mail.objects.count() == 3


def test_what_is_too_late_is_not_sent(
    acme: Organisation, post_office: PostOffice, clockwork: Clockwork
) -> None:
    mail = enqueue(acme)
    Mail.objects.update(expires_at=clockwork.moves(seconds=10))

    post_office.sends()

    mail.refresh_from_db()
    assert (mail.state, mail.error) == ("failed", mails.TOO_LATE)
    assert not post_office.letters


def test_without_a_server_there_is_no_mail(acme: Organisation) -> None:
    assert not mailing.is_on()

    with pytest.raises(mails.MailOff):
        enqueue(acme)

    assert not Mail.objects.exists()


def test_a_mail_that_is_rolled_back_never_leaves(
    acme: Organisation, post_office: PostOffice
) -> None:
    with transaction.atomic():
        enqueue(acme)
        transaction.set_rollback(True)
    post_office.sends()

    assert not post_office.letters


def test_envelopes_are_forgotten_after_a_month(
    acme: Organisation, post_office: PostOffice, clockwork: Clockwork
) -> None:
    enqueue(acme)
    post_office.sends()
    enqueue(acme)

    assert jobs.clear_mails(clockwork.moves(seconds=29 * 86400)) == 0
    assert jobs.clear_mails(clockwork.moves(seconds=2 * 86400)) == 1

    assert states() == ["queued"]
