"""A real Chromium against a real server. Every test here carries `browser`."""

from __future__ import annotations

import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from playwright.sync_api import (
    Browser,
    BrowserContext,
    Page,
    Playwright,
    expect,
    sync_playwright,
)

from agents.models import Socket
from tests import machine, services
from tests.browser.desk_steps import accept, become, sign_in
from tests.browser.evidence import Evidence
from tests.browser.people import RestAgent
from tests.browser.server import TURN_SECRET, Server
from tests.browser.sites import SECRET, SITE, Site
from tests.browser.steps import bubbles, say, start_chat
from tests.browser.video_steps import expect_call, join, ring, watch
from tests.factories import QueueFactory

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator
    from contextlib import AbstractContextManager

    from playwright.sync_api import ConsoleMessage

    from agents.models import Agent, Organisation, Team
    from queues.models import EntryPoint, Queue

PATIENCE = 40  # seconds; also enough where the machine has other things to do
ARGUMENTS = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update"),
    "--disable-sync",
    # Tests play other sites, which may frame a server on this machine; and no page is
    # to have the process of the next one started, which may never come.
    "--disable-features=LocalNetworkAccessChecks,SpareRendererForSitePerProcess",
    # Cameras with pictures that move, a microphone that beeps, and no questions.
    "--use-fake-device-for-media-stream=device-count=3",
    "--use-fake-ui-for-media-stream",
)
HERE = Path(__file__).parent
EVIDENCE = pytest.StashKey[Evidence]()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Show with a failure what the servers logged and what the pages show."""
    report = yield
    if report.failed and EVIDENCE in item.stash:
        report.sections += item.stash[EVIDENCE].sections()
    return report


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    expect.set_options(timeout=PATIENCE * 1000)
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        # Playwright keeps a loop running in this thread; nothing else uses it.
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        yield playwright


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    with launched(playwright, machine.chromium()) as browser:
        yield browser


@pytest.fixture(scope="session")
def whole_browser(playwright: Playwright) -> Iterator[Browser]:
    """A browser that shares screens, and shows notifications."""
    with launched(playwright, machine.whole_chromium()) as browser:
        yield browser


@contextmanager
def launched(playwright: Playwright, program: Path) -> Iterator[Browser]:
    browser = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
    yield browser
    browser.close()


@pytest.fixture(scope="session")
def the_server(
    django_db_setup: None, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    """One server for all tests; restarting it is a test's business."""
    server = Server(
        database=str(connection.settings_dict["NAME"]),
        folder=tmp_path_factory.mktemp("parley"),
    )
    server.collect_static()
    server.start()
    yield server
    server.stop()


@pytest.fixture
def evidence(the_server: Server, request: pytest.FixtureRequest) -> Evidence:
    evidence = Evidence(the_server.logs)
    request.node.stash[EVIDENCE] = evidence
    return evidence


@pytest.fixture
def server(db: None, the_server: Server, evidence: Evidence) -> Iterator[Server]:
    """The server; when a test ends, it has seen the last socket close, so that
    nobody uses the database while it is emptied."""
    yield the_server
    deadline = time.monotonic() + PATIENCE
    while Socket.objects.exists():
        assert time.monotonic() < deadline, "a socket outlived its page"
        time.sleep(0.05)


@pytest.fixture
def timers(server: Server) -> Iterator[None]:
    """The real clockwork: their worker and beat run beside the server."""
    with server.timers():
        yield


@pytest.fixture
def scanner(server: Server) -> Iterator[None]:
    """Files are checked."""
    with server.scanner():
        yield


@pytest.fixture(scope="session")
def run_relay(
    the_server: Server, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[], AbstractContextManager[None]]:
    """Run a relay for video calls beside the server, as long as a block."""
    folder, port = tmp_path_factory.mktemp("relay"), the_server.turn_port

    def run() -> AbstractContextManager[None]:
        return services.relay(machine.coturn(), folder, port=port, secret=TURN_SECRET)

    return run


@pytest.fixture(scope="module")
def relay(run_relay: Callable[[], AbstractContextManager[None]]) -> Iterator[None]:
    """A relay for video calls runs beside the server."""
    with run_relay():
        yield


@pytest.fixture
def ringing(desk: Page, doras: Page) -> Page:
    """Dora's browser, which Alice rings."""
    watch(desk, doras)
    ring(desk)
    expect(doras.get_by_text("Alice invites you to a video call.")).to_be_visible()
    return doras


@pytest.fixture
def called(desk: Page, ringing: Page) -> Page:
    """Dora's browser, in a call with Alice's."""
    join(ringing)
    expect_call(desk, ringing)
    return ringing


@pytest.fixture
def new_context(
    browser: Browser, server: Server, evidence: Evidence
) -> Iterator[Callable[..., BrowserContext]]:
    """Make contexts: each is a person with a browser of their own."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def make(**options: Any) -> BrowserContext:
        context = browser.new_context(base_url=server.url, **options)
        context.on("weberror", lambda error: complaints.append(str(error.error)))
        context.on("console", lambda message: _note(message, complaints))
        context.set_default_timeout(PATIENCE * 1000)
        evidence.watch(context)
        contexts.append(context)
        return context

    yield make
    for context in contexts:
        context.close()
    assert complaints == []


def _note(message: ConsoleMessage, complaints: list[str]) -> None:
    """Keep what a page did wrong; a lost network is no fault of its own."""
    if message.type == "error" and "Content Security Policy" in message.text:
        complaints.append(message.text)


@pytest.fixture
def chat(new_context: Callable[..., BrowserContext], direct: EntryPoint) -> Page:
    """Dora's browser, at Acme's chat page."""
    page = new_context().new_page()
    page.goto(f"/chat/{direct.key}/")
    return page


@pytest.fixture
def desk(
    new_context: Callable[..., BrowserContext], alice: Agent, direct: EntryPoint
) -> Page:
    """Alice's browser: she is at her desk, and Available."""
    page = new_context().new_page()
    sign_in(page, alice)
    become(page, "Available")
    return page


@pytest.fixture
def desk_of(
    new_context: Callable[..., BrowserContext], direct: EntryPoint
) -> Callable[[Agent], Page]:
    """Let somebody with a browser of their own sign in and become Available."""

    def open_desk(agent: Agent) -> Page:
        page = new_context().new_page()
        sign_in(page, agent)
        become(page, "Available")
        return page

    return open_desk


@pytest.fixture
def visit(
    new_context: Callable[..., BrowserContext], direct: EntryPoint
) -> Callable[[str], Page]:
    """Let a customer with a browser of their own start a chat under a name."""
    direct.prechat_fields = [
        {"name": "name", "label": "Name", "type": "text", "required": True}
    ]
    direct.save(update_fields=["prechat_fields"])

    def start(name: str) -> Page:
        page = new_context().new_page()
        page.goto(f"/chat/{direct.key}/")
        page.get_by_label("Name").fill(name)
        start_chat(page)
        return page

    return start


@pytest.fixture
def doras(desk: Page, visit: Callable[[str], Page]) -> Page:
    """Dora's browser; Alice has accepted her chat, and both have said a word."""
    page = visit("Dora")
    accept(desk, "Dora")
    say(page, "My bill is wrong.")
    expect(bubbles(desk)).to_have_text(["My bill is wrong."])
    say(desk, "Good morning, Dora.")
    expect(bubbles(page)).to_have_text(["My bill is wrong.", "Good morning, Dora."])
    return page


@pytest.fixture
def billing(acme: Organisation, front_line: Team) -> Queue:
    return QueueFactory.create(
        organisation=acme,
        name="Billing",
        description="Invoices and refunds",
        teams=[front_line],
    )


@pytest.fixture
def at_work(server: Server) -> Callable[[Agent], RestAgent]:
    """Let an agent sign in over REST and become Available."""

    def start(agent: Agent) -> RestAgent:
        worker = RestAgent(server, agent)
        worker.go_available()
        return worker

    return start


@pytest.fixture
def site(
    server: Server, new_context: Callable[..., BrowserContext], direct: EntryPoint
) -> Callable[..., Site]:
    direct.allowed_origins = [SITE]
    direct.identity_secret = SECRET
    direct.prechat_fields = [
        {"name": "name", "label": "Name", "type": "text", "required": True},
        {"name": "order", "label": "Order", "type": "text"},
    ]
    direct.save()

    def make(**options: Any) -> Site:
        return Site(server, new_context(**options), direct.key)

    return make
