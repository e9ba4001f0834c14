"""Celery's shells around the jobs; beat's table is in config/celery.py."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING
from uuid import UUID

from celery import shared_task

from agents import events
from contacts import events as contact_events
from core import answers, clock, sweeping

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

logger = logging.getLogger(__name__)


@shared_task(name="contacts.tasks.renew_phones")
def renew_phones() -> None:
    """Read customers' numbers anew where the organisation's country has changed."""
    from contacts import jobs

    jobs.renew_phones(clock.now())


@shared_task(name="contacts.tasks.clear_expired")
def clear_expired() -> None:
    """Clear sessions, tokens, failed sign-ins and browsers whose time is over; what
    cannot be cleared keeps nothing else."""
    now = clock.now()
    for name, job in _clearing(now).items():
        try:
            job()
        except Exception:
            logger.exception("%s failed; it runs again in an hour", name)


def _clearing(now: datetime) -> dict[str, Callable[[], int]]:
    from agents import jobs as agents
    from contacts import jobs as contacts

    return {
        "clear_sessions": lambda: agents.clear_sessions(now),
        "clear_tokens": lambda: agents.clear_tokens(now),
        "clear_failed_sign_ins": lambda: agents.clear_failed_sign_ins(now),
        "clear_mails": lambda: agents.clear_mails(now),
        "clear_password_links": lambda: agents.clear_password_links(now),
        "clear_visitors": lambda: contacts.clear_visitors(now),
        "clear_links": lambda: contacts.clear_links(now),
    }


@shared_task(name="contacts.tasks.scan")
def scan(attachment_id: str, waiting: str) -> None:
    """Check a file, and tell who waits that one more is done."""
    from contacts import jobs

    try:
        jobs.scan(UUID(attachment_id))
    except Exception as error:  # noqa: BLE001 - what it says may quote the file
        logger.error("A file was not checked: %s", type(error).__name__)
        jobs.give_up_scan(UUID(attachment_id))
    finally:
        answers.tell(waiting)


@shared_task(name="contacts.tasks.give_up_stale_scans")
def give_up_stale_scans() -> None:
    """Stop files whose check a crash has ended: nobody knows what is in them."""
    from contacts import jobs

    jobs.give_up_stale_scans(clock.now())


@shared_task(name="contacts.tasks.forget_unsent_files")
def forget_unsent_files() -> None:
    """Delete files that nobody sent."""
    from contacts import jobs

    jobs.forget_unsent_files(clock.now())


@shared_task(name="contacts.tasks.forget_stray_files")
def forget_stray_files() -> None:
    """Delete files that no row knows."""
    from contacts import jobs

    jobs.forget_stray_files(clock.now())


@shared_task(name=events.MAIL_DUE)
def send_mail(mail_id: str) -> None:
    """Send a mail that has just been stored."""
    from contacts import jobs

    jobs.send_mail(UUID(mail_id))


@shared_task(name="contacts.tasks.send_mails")
def send_mails() -> None:
    """Send what is due: where a poke was lost, or a worker, and what is tried again."""
    from contacts import jobs

    now = clock.now()
    sweeping.run("send_mails", lambda: jobs.send_mails(now), now=now)


@shared_task(name=contact_events.OFFERS_MADE)
def push_offers(share_ids: str) -> None:
    """Push offers that have just been made to the browsers of their agents."""
    from contacts import jobs

    jobs.push_offers([int(pk) for pk in share_ids.split(",")], clock.now())


@shared_task(name="contacts.tasks.mail_links")
def mail_links() -> None:
    """Tell customers who are away of what they have not read."""
    from contacts import jobs

    now = clock.now()
    sweeping.run("mail_links", lambda: jobs.mail_links(now), now=now)
