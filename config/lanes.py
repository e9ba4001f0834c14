"""Queues beside the one of a worker (`--beside scans=2`): tasks there have threads of
their own, and hold up no others, in a process that is there already."""

from __future__ import annotations

import logging
from contextlib import contextmanager
from threading import Thread
from typing import TYPE_CHECKING, Any

from celery import bootsteps
from celery.app.trace import trace_task_ret
from celery.signals import worker_shutdown
from click import BadParameter, Option
from kombu.mixins import ConsumerMixin

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from celery import Celery
    from kombu import Connection, Message

logger = logging.getLogger(__name__)


class IsToStop(Exception):
    """The thread was told so while it tries to reach the broker."""


class Lane(ConsumerMixin):
    """A thread that runs the tasks of a queue, one after the other.

    Like a worker's own it takes a task off the queue before it runs it, and goes on
    after a broker that was away.
    """

    def __init__(self, app: Celery, queue: str) -> None:
        self.connection = app.connection_for_read()
        self._app = app
        self._queue = queue
        self._thread = Thread(target=self._serve, name=queue, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def join(self) -> None:
        self._thread.join()

    def _serve(self) -> None:
        while not self.should_stop:
            try:
                self.run()
            except IsToStop:
                return
            except Exception:
                # Once a second at most (`restart_limit`).
                logger.exception("The queue %s is taken up again", self._queue)

    @contextmanager  # which the stubs of kombu do not know
    def establish_connection(self) -> Iterator[Connection]:  # type: ignore[override]
        def give_up_if_told() -> None:
            if self.should_stop:
                raise IsToStop

        with self.create_connection() as connection:
            connection.ensure_connection(
                lambda error, pause: self.on_connection_error(error, int(pause)),
                callback=give_up_if_told,
            )
            yield connection

    def get_consumers(self, consumer: Any, channel: Any) -> list[Any]:
        del channel
        return [
            consumer(
                # Not one of the app's, which the worker's own threads would serve.
                [self._app.amqp.queues.new_missing(self._queue)],
                on_message=self._work,
                accept=self._app.conf.accept_content,
                prefetch_count=1,
            )
        ]

    def _work(self, message: Message) -> None:
        message.ack()
        try:
            self._run_task(message)
        except Exception:
            logger.exception("A task of %s cannot be run, and is dropped", self._queue)

    def _run_task(self, message: Message) -> None:
        headers = message.headers
        trace_task_ret(
            *(headers["task"], headers["id"], headers),
            *(message.body, message.content_type, message.content_encoding),
            app=self._app,
        )


class Lanes(bootsteps.StartStopStep):
    """The part of a worker that has other queues beside its own.

    When the worker is to end nothing more is taken. What runs is waited for after all
    else has stopped, so that what the worker has fetched is back in its queue before.
    """

    def __init__(
        self, worker: Any, *, beside: Mapping[str, int] | None = None, **options: Any
    ) -> None:
        super().__init__(worker, beside=beside, **options)
        self._beside = beside or {}
        self._lanes: list[Lane] = []

    def start(self, parent: Any) -> None:
        self._lanes = [
            Lane(parent.app, queue)
            for queue, threads in self._beside.items()
            for _ in range(threads)
        ]
        worker_shutdown.connect(self._wait)
        for lane in self._lanes:
            lane.start()

    def close(self, parent: Any) -> None:
        del parent
        for lane in self._lanes:
            lane.should_stop = True

    def _wait(self, sender: Any, **_signal: Any) -> None:
        self.close(sender)  # one that did not start is closed by nobody else
        for lane in self._lanes:
            lane.join()


def _threads_by_queue(
    _context: object, _option: object, values: Sequence[str]
) -> dict[str, int]:
    found = {}
    for value in values:
        queue, _, threads = value.partition("=")
        if not (queue and threads.isdecimal() and int(threads)):
            raise BadParameter("It must be QUEUE=THREADS, such as scans=2.")
        found[queue] = int(threads)
    return found


def install(app: Celery) -> None:
    """Let a worker of the app be told of queues beside its own."""
    app.steps["worker"].add(Lanes)
    app.user_options["worker"].add(
        Option(
            ["--beside"],
            multiple=True,
            callback=_threads_by_queue,
            metavar="QUEUE=THREADS",
            help="Run the tasks of this queue, too, in so many threads of its own.",
        )
    )
