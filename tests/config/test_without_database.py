"""PostgreSQL is away for a while: people are told so at once, and served after it."""

from __future__ import annotations

import asyncio
import json
from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest

from config import processes
from tests import machine, services
from tests.parley import READY, Running, running

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.slow


def sign_in(parley: Running) -> tuple[int, str | None, str]:
    """Return the status, when to try again, and the code or the token."""
    body = {"email": "alice@acme.example", "password": "parley-demo"}
    answer, content = parley.ask("POST", "/api/v1/auth/token/", body)
    said = json.loads(content)
    return answer.status, answer.getheader("Retry-After"), said.get("code", "token")


def page(parley: Running) -> tuple[int, str | None]:
    answer, _ = parley.ask("GET", "/chat/acme-direct/")
    return answer.status, answer.getheader("Retry-After")


def test_postgresql_stops_and_starts(tmp_path: Path) -> None:
    programs = machine.postgresql()
    with ExitStack() as stack:
        cluster = stack.enter_context(services.short_folder()) / "pg"
        with services.postgresql(programs, cluster) as url:
            address = url.removesuffix("parley") + "postgres"
            parley = stack.enter_context(
                running(tmp_path, DATABASE_URL=address, PARLEY_DEMO="1")
            )
            parley.until(READY)
            assert sign_in(parley) == (200, None, "token")
            assert page(parley) == (200, None)

        for _ in range(3):
            assert sign_in(parley) == (503, "5", "unavailable")
            assert page(parley) == (503, "5")
        assert parley.health()["database"].startswith("The database cannot be reached")

        with services.postgresql(programs, cluster):
            asyncio.run(processes.until_healthy(("127.0.0.1", parley.port)))
            assert sign_in(parley) == (200, None, "token")
            assert page(parley) == (200, None)
