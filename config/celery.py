"""Background work: one beat, one sweep a second, clearing every hour; no results kept.

The timers have a queue and a worker of their own. Checks of files, and mails, have
queues and threads of their own. What else takes long waits in one more queue, and
holds up no deadline.
"""

from __future__ import annotations

import os
import sys
from typing import Any

from celery import Celery
from celery.schedules import crontab
from celery.signals import task_postrun, task_prerun, worker_init, worker_ready
from django.conf import settings
from django.db import close_old_connections, connection

from config import beat, lanes
from config.queue_names import MAILS, SCANS, TIMERS, WORK
from core import garbage, mailing

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

STALE_SECONDS = 60.0  # between two looks for checks of files that a crash has ended
UNSENT_SECONDS = 600.0  # between two looks for files that nobody sent
MAILS_SECONDS = 5.0  # between two looks for mails whose poke was lost, or which wait
LINKS_SECONDS = 20.0  # between two looks for answers that stay unread
ROLL_SECONDS = 30.0  # between two looks for what is to be counted for reports
VIEWS_SECONDS = 60.0  # between two looks for saved views that are due by mail
SIMULATIONS_SECONDS = 20.0  # between two looks for days to replay that a crash has left
STRAYS_SECONDS = 6 * 3600.0  # between two looks for files that no row knows
# On few processors a sweep must not hold up what people say: web processes and the
# database get three times as much where there is not enough for all.
POLITENESS = 5  # niceness

app = Celery("parley")
app.config_from_object("django.conf:settings", namespace="CELERY")
# Connections are looked after below: Celery would close them around each task.
app.conf.CELERY_DB_REUSE_MAX = sys.maxsize
app.conf.update(
    beat_schedule={
        "sweep": {
            "task": "wrapup.tasks.sweep",
            # Without `expires`, which is a time of beat's clock: another host's may
            # be ahead of it. The sweep itself drops what piled up in an outage.
            "schedule": 1.0,
        },
        "renew_phones": {
            "task": "contacts.tasks.renew_phones",
            "schedule": 20.0,
        },
        "clear_expired": {
            "task": "contacts.tasks.clear_expired",
            # By the clock, not by the hours since beat began: it may begin often.
            "schedule": crontab(minute="17"),
        },
        "roll": {
            "task": "reports.tasks.roll",
            "schedule": ROLL_SECONDS,
        },
        "run_simulations": {
            "task": "reports.tasks.run_simulations",
            "schedule": SIMULATIONS_SECONDS,
        },
        "clear_simulations": {
            "task": "reports.tasks.clear_simulations",
            "schedule": crontab(minute="37"),
        },
        "give_up_stale_scans": {
            "task": "contacts.tasks.give_up_stale_scans",
            "schedule": STALE_SECONDS,
        },
        "forget_unsent_files": {
            "task": "contacts.tasks.forget_unsent_files",
            "schedule": UNSENT_SECONDS,
        },
        "forget_stray_files": {
            "task": "contacts.tasks.forget_stray_files",
            "schedule": STRAYS_SECONDS,
        },
    },
    beat_scheduler="config.beat:Scheduler",
    # Beat sleeps at most this long (seconds), so an outage costs no more.
    beat_max_loop_interval=beat.LONGEST_NAP,
    task_default_queue=WORK,
    task_routes={
        "wrapup.tasks.sweep": {"queue": TIMERS},
        "contacts.tasks.scan": {"queue": SCANS},
        "mail_due": {"queue": MAILS},
        "contacts.tasks.send_mails": {"queue": MAILS},
    },
    task_ignore_result=True,
    # A publisher of tasks must not hang on a dead broker: three tries, then on.
    task_publish_retry_policy={
        "max_retries": 3,
        "interval_start": 0,
        "interval_step": 0.2,
        "interval_max": 0.5,
    },
    worker_hijack_root_logger=False,
    worker_prefetch_multiplier=1,
    # Nobody sends commands to the workers; this saves a chatter of messages.
    worker_enable_remote_control=False,
    broker_connection_retry_on_startup=True,
    # None: for ever. The broker comes back, and so do the workers.
    broker_connection_max_retries=None,
    broker_transport_options={
        "socket_connect_timeout": 5,
        "socket_timeout": 10,
        "retry_on_timeout": True,
        "health_check_interval": 10,
        "global_keyprefix": f"{settings.REDIS_PREFIX}:",
    },
    timezone="UTC",
)
if mailing.is_on():  # else there is no worker for it
    app.conf.beat_schedule["send_mails"] = {
        "task": "contacts.tasks.send_mails",
        "schedule": MAILS_SECONDS,
    }
    app.conf.beat_schedule["mail_links"] = {
        "task": "contacts.tasks.mail_links",
        "schedule": LINKS_SECONDS,
    }
    app.conf.beat_schedule["mail_views"] = {
        "task": "reports.tasks.mail_views",
        "schedule": VIEWS_SECONDS,
    }
beat.install(app)
lanes.install(app)
app.autodiscover_tasks()


@worker_init.connect
def _lets_others_go_first(**_signal: object) -> None:
    # Before there are threads: they have what the one has that makes them.
    os.nice(POLITENESS)


@worker_ready.connect
def _has_loaded(**_signal: object) -> None:
    garbage.look_seldom()


@task_prerun.connect
@task_postrun.connect
def _lets_connections_go(task: Any, **_signal: object) -> None:
    """Give a connection back to the pool. SQLite's stay open, as to open one takes
    longer than a sweep, but for those that broke: Django calls all of them usable."""
    if task.request.is_eager:
        return
    if connection.errors_occurred:
        connection.close()
    close_old_connections()
