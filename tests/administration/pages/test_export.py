"""Files of what there is: no formulas, no secrets, and the way back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from administration.admin import csv_file
from agents.models import Agent, IdleCode, MultimediaProfile, Organisation, Team
from core.cells import escaped, unescaped
from queues.models import PredefinedResponse, Queue
from tests import factories
from tests.administration.pages.files import doings, exported, preview, table, written
from tests.administration.pages.site import page
from wrapup.models import WrapUpCode

if TYPE_CHECKING:
    from django.db.models import Model
    from django.test import Client

FORMULAS = (
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "'=1+1",
    "''-x",
    "'quoted'",
    "x=1",
    "\uff1d1+1",
    "\uff20SUM(A1)",
)
KINDS: tuple[type[Model], ...] = (Agent, IdleCode, PredefinedResponse, WrapUpCode)

texts = st.text(st.characters(codec="utf-8", exclude_characters="\0"))


def test_rows_in_the_words_of_a_file(
    adas_browser: Client, support: Queue, alice: Agent, chat_profile: MultimediaProfile
) -> None:
    response = factories.PredefinedResponseFactory.create(
        organisation=support.organisation, name="Hello", text="Good day,\n“Dora”"
    )
    response.queues.add(support)
    alice.multimedia_profile = chat_profile
    alice.save()

    [row] = table(exported(adas_browser, PredefinedResponse))
    people = table(exported(adas_browser, Agent, q="alice"))

    assert row == {
        "name": "Hello",
        "text": "Good day,\n“Dora”",
        "queues": "Support",
        "is_active": "yes",
    }
    assert people == [
        {
            "email": alice.email,
            "display_name": "Alice",
            "role": "agent",
            "teams": "Front line",
            "multimedia_profile": "Chat",
            "language": "",
            "may_watch": "yes",
            "may_whisper": "yes",
            "may_barge": "yes",
            "may_take_over": "yes",
            "is_active": "yes",
            "skills": "",
        }
    ]


def test_the_file_is_named_and_marked(
    adas_browser: Client, break_code: IdleCode
) -> None:
    answer = adas_browser.get(page(IdleCode, "export"))

    assert answer.content.startswith(b"\xef\xbb\xbfname,")
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Content-Disposition"] == 'attachment; filename="idle-codes.csv"'
    assert "no-store" in answer["Cache-Control"]


def test_no_password_leaves(adas_browser: Client, alice: Agent) -> None:
    content = exported(adas_browser, Agent)

    assert "password" not in content
    assert alice.password not in content
    assert alice.email in content


def test_the_list_is_exported_as_it_is_filtered(
    adas_browser: Client, acme: Organisation
) -> None:
    for name, is_active in (("On", True), ("Off", False)):
        factories.IdleCodeFactory.create(
            organisation=acme, name=name, is_active=is_active
        )

    rows = table(exported(adas_browser, IdleCode, is_active__exact="0"))
    wrong = adas_browser.get(page(IdleCode, "export"), {"is_active__exact": "x"})

    assert [row["name"] for row in rows] == ["Off"]
    assert wrong.status_code == 302


def test_no_cell_is_a_formula_and_all_come_back(
    adas_browser: Client, acme: Organisation
) -> None:
    for number, text in enumerate(FORMULAS):
        queue = factories.QueueFactory.create(
            organisation=acme, name=f"-{number},{text}"
        )
        row = factories.PredefinedResponseFactory.create(
            organisation=acme, name=f"{text}{number}", text=text
        )
        row.queues.add(queue, factories.QueueFactory.create(organisation=acme))

    content = exported(adas_browser, PredefinedResponse)

    for cells in table(content):
        assert not any(cell.startswith(("=", "+", "-", "@")) for cell in cells.values())
    shown = preview(adas_browser, PredefinedResponse, content)
    assert doings(shown) == ["Unchanged"] * len(FORMULAS)


def test_every_kind_comes_back(
    adas_browser: Client,
    alice: Agent,
    support: Queue,
    escalated: WrapUpCode,
    break_code: IdleCode,
) -> None:
    escalated.queues.add(support)
    factories.PredefinedResponseFactory.create(organisation=support.organisation)
    for model in KINDS:
        shown = preview(adas_browser, model, exported(adas_browser, model))

        assert set(doings(shown)) == {"Unchanged"}, model


@given(texts)
def test_a_cell_is_no_formula_and_reads_as_it_was(text: str) -> None:
    cell = escaped(text)

    assert not cell.startswith(tuple("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20"))
    assert unescaped(cell) == text


@given(st.lists(texts.map(str.strip).filter(bool)))
def test_names_in_a_cell_read_as_they_were(names: list[str]) -> None:
    assert csv_file.split(csv_file.joined(names)) == names


@given(st.lists(st.tuples(texts, texts), min_size=1, max_size=20))
def test_a_file_reads_as_it_was_written(rows: list[tuple[str, str]]) -> None:
    cells = [[f"x{escaped(a)}", escaped(b)] for a, b in rows]

    lines = csv_file.read(
        written(("name", "text"), *cells), columns=("name", "text"), needed=("name",)
    )

    read = [tuple(map(unescaped, line.cells.values())) for line in lines]
    assert read == [(f"x{escaped(a)}", b) for a, b in rows]
    assert [line.number for line in lines] == list(range(2, len(rows) + 2))


@pytest.mark.parametrize("count", [1, 30])
def test_an_export_asks_as_often_whatever_there_is(
    adas_browser: Client, front_line: Team, count: int
) -> None:
    for number in range(count):
        factories.AgentFactory.create(
            organisation=front_line.organisation,
            email=f"{number}@acme.example",
            teams=[front_line],
        )
    adas_browser.get(page(Agent, "export"))

    with CaptureQueriesContext(connection) as asked:
        adas_browser.get(page(Agent, "export"))

    assert len(asked) <= 12
