"""Queues that a worker has beside its own, each with threads of its own."""

from __future__ import annotations

import threading
from queue import Queue
from threading import Event, Thread
from typing import TYPE_CHECKING, Any

import pytest
from celery import Celery
from celery.signals import worker_shutdown
from click import Command
from click.testing import CliRunner
from django.db import DatabaseError, connection, connections

from config.celery import app
from config.lanes import Lane, Lanes
from core import redis

if TYPE_CHECKING:
    from collections.abc import Iterator

PATIENCE = 30  # seconds
A_MOMENT = 0.2  # seconds
DONE: Queue[str] = Queue()
MAY_END = Event()


@app.task(name="tests.lanes.note")
def note(what: str) -> None:
    DONE.put(what)


@app.task(name="tests.lanes.fail")
def fail() -> None:
    raise ValueError("a fault")


@app.task(name="tests.lanes.take_long")
def take_long() -> None:
    DONE.put("begun")
    MAY_END.wait(PATIENCE)
    DONE.put("ended")


@app.task(name="tests.lanes.ask_the_database")
def ask_the_database() -> None:
    DONE.put(str(id(connection.connection)) if connection.connection else "")
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    DONE.put(str(id(connection.connection)))


@app.task(name="tests.lanes.break_the_connection")
def break_the_connection() -> None:
    connection.ensure_connection()
    connection.connection.close()
    try:
        connection.cursor().execute("SELECT 1")
    except DatabaseError:
        DONE.put("broken")


@app.task(name="tests.lanes.close_the_connection")
def close_the_connection() -> None:
    connection.close()
    DONE.put("closed")


@pytest.fixture(autouse=True)
def queues() -> Iterator[None]:
    """Give queues that are empty, before and afterwards, and let tasks wait in them."""
    app.conf.task_always_eager = False
    keys = [redis.key(queue) for queue in ("scans", "mails")]
    redis.client().delete(*keys)
    MAY_END.clear()
    while not DONE.empty():
        DONE.get()
    yield
    MAY_END.set()
    redis.client().delete(*keys)
    app.conf.task_always_eager = True
    # A thread that went on would take the tasks of other tests.
    assert not {"scans", "mails"} & {thread.name for thread in threading.enumerate()}


class Worker:
    """What a worker has that its parts need."""

    def __init__(self) -> None:
        self.app: Celery = app
        self.steps: list[object] = []


@pytest.fixture
def lanes() -> Iterator[Lanes]:
    """Two queues beside that of a worker."""
    worker = Worker()
    lanes = Lanes(worker, beside={"scans": 1, "mails": 1})
    lanes.start(worker)
    yield lanes
    MAY_END.set()
    worker_shutdown.send(sender=worker)


@pytest.fixture
def staying(lanes: Lanes, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Have connections stay open, as those of workers to SQLite do."""
    monkeypatch.setitem(connections.settings["default"], "CONN_MAX_AGE", None)
    yield
    close_the_connection.apply_async(queue="scans")
    assert DONE.get(timeout=PATIENCE) == "closed"


@pytest.mark.usefixtures("lanes")
def test_tasks_of_the_queue_are_run_in_their_order() -> None:
    for what in ("first", "second"):
        note.apply_async((what,), queue="scans")

    assert [DONE.get(timeout=PATIENCE) for _ in range(2)] == ["first", "second"]
    assert not redis.client().llen(redis.key("scans"))


@pytest.mark.usefixtures("lanes")
def test_a_task_that_takes_long_holds_up_no_other_queue() -> None:
    take_long.apply_async(queue="scans")
    assert DONE.get(timeout=PATIENCE) == "begun"

    note.apply_async(("mail",), queue="mails")

    assert DONE.get(timeout=PATIENCE) == "mail"


@pytest.mark.usefixtures("lanes")
def test_what_fails_or_is_nonsense_is_dropped_and_the_next_is_run() -> None:
    fail.apply_async(queue="scans")
    app.send_task("tests.lanes.that_nobody_knows", queue="scans")
    with app.connection_for_write() as connection:
        queue = connection.SimpleQueue("scans")
        queue.put("nonsense")
        queue.close()

    note.apply_async(("next",), queue="scans")

    assert DONE.get(timeout=PATIENCE) == "next"


@pytest.mark.usefixtures("lanes")
def test_a_queue_goes_on_when_its_connection_is_cut() -> None:
    note.apply_async(("before",), queue="scans")
    assert DONE.get(timeout=PATIENCE) == "before"

    for client in redis.client().client_list():
        if client["cmd"] == "brpop":
            redis.client().client_kill_filter(_id=client["id"])
    note.apply_async(("after",), queue="scans")

    assert DONE.get(timeout=PATIENCE) == "after"


def asked() -> tuple[str, str]:
    """Have a task ask the database. Return its connection, before and after."""
    ask_the_database.apply_async(queue="scans")
    return DONE.get(timeout=PATIENCE), DONE.get(timeout=PATIENCE)


@pytest.mark.django_db
@pytest.mark.usefixtures("lanes")
def test_a_connection_is_let_go_between_tasks() -> None:
    asked()

    assert asked()[0] == ""


@pytest.mark.django_db
@pytest.mark.usefixtures("staying")
def test_a_connection_that_is_to_stay_stays() -> None:
    _, first = asked()

    assert asked() == (first, first)


@pytest.mark.django_db
@pytest.mark.usefixtures("staying")
def test_a_connection_that_broke_is_replaced() -> None:
    asked()
    break_the_connection.apply_async(queue="scans")
    assert DONE.get(timeout=PATIENCE) == "broken"

    before, after = asked()

    assert before == ""
    assert after


def test_a_worker_that_ends_takes_nothing_more_and_waits_for_the_task_that_runs() -> (
    None
):
    worker = Worker()
    lanes = Lanes(worker, beside={"scans": 1})
    lanes.start(worker)
    take_long.apply_async(queue="scans")
    assert DONE.get(timeout=PATIENCE) == "begun"
    note.apply_async(("later",), queue="scans")

    lanes.close(worker)
    end = Thread(target=lambda: worker_shutdown.send(sender=worker))
    end.start()
    end.join(A_MOMENT)
    still_waits = end.is_alive()
    MAY_END.set()
    end.join(PATIENCE)

    assert still_waits
    assert DONE.get_nowait() == "ended"
    assert DONE.empty()
    assert redis.client().llen(redis.key("scans")) == 1  # for the next worker


def test_a_worker_ends_while_there_is_no_broker(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    tried = Event()
    monkeypatch.setattr(Lane, "on_connection_error", lambda *_: tried.set())
    worker = Worker()
    worker.app = Celery(broker="redis://127.0.0.1:1/0", set_as_current=False)
    lanes = Lanes(worker, beside={"scans": 1})
    lanes.start(worker)
    assert tried.wait(PATIENCE)

    worker_shutdown.send(sender=worker)


def test_a_queue_that_fails_is_taken_up_again(monkeypatch: pytest.MonkeyPatch) -> None:
    faults = [RuntimeError("a fault")]
    consumers = Lane.get_consumers

    def once_broken(lane: Lane, consumer: Any, channel: Any) -> list[Any]:
        if faults:
            raise faults.pop()
        return consumers(lane, consumer, channel)

    monkeypatch.setattr(Lane, "get_consumers", once_broken)
    worker = Worker()
    lanes = Lanes(worker, beside={"scans": 1})
    lanes.start(worker)
    note.apply_async(("next",), queue="scans")

    assert DONE.get(timeout=PATIENCE) == "next"
    assert not faults
    worker_shutdown.send(sender=worker)


@pytest.mark.parametrize("option", ["scans", "scans=", "=2", "scans=0", "scans=two"])
def test_an_option_that_says_nothing_is_refused(option: str) -> None:
    options = [*app.user_options["worker"]]
    command = Command("worker", params=options, callback=lambda **_: None)

    said = CliRunner().invoke(command, ["--beside", option])

    assert said.exit_code == 2
    assert "It must be QUEUE=THREADS, such as scans=2." in said.output
