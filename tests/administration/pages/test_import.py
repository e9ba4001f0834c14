"""Files of responses and codes: what they change, what they cannot."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.contrib.admin.models import LogEntry as History

from administration.admin import csv_file
from agents.models import Agent, AuditEntry, IdleCode, Organisation
from queues.models import PredefinedResponse, Queue
from tests import factories
from tests.administration.pages.files import (
    confirm,
    doings,
    mistakes,
    preview,
    sentences,
    take,
    written,
)
from tests.administration.pages.site import page
from wrapup.models import WrapUpCode

if TYPE_CHECKING:
    from django.test import Client

NAMES = ("name", "text", "queues", "is_active")


def test_new_changed_and_unchanged_rows(
    adas_browser: Client, acme: Organisation, support: Queue
) -> None:
    own = {"organisation": acme}
    old = factories.PredefinedResponseFactory.create(name="Old", text="As ever", **own)
    same = factories.PredefinedResponseFactory.create(name="Same", text="Same", **own)
    same.queues.add(support)
    text = written(
        NAMES,
        ["Hello", "Good day", "", "yes"],
        ["Old", "Brand new", "Support", "no"],
        ["Same", "Same", "Support", "yes"],
    )

    shown = preview(adas_browser, PredefinedResponse, text)
    old.refresh_from_db()
    untouched = old.text, PredefinedResponse.objects.count()
    done = confirm(adas_browser, PredefinedResponse, shown)

    assert doings(shown) == ["New", "Changed", "Unchanged"]
    content = shown.content.decode()
    assert "<del>As ever</del>" in content
    assert "<ins>Brand new</ins>" in content
    assert untouched == ("As ever", 2)
    assert done["Location"] == page(PredefinedResponse, "changelist")
    old.refresh_from_db()
    assert (old.text, old.is_active, list(old.queues.all())) == (
        "Brand new",
        False,
        [support],
    )
    hello = PredefinedResponse.objects.get(name="Hello", organisation=acme)
    assert (hello.text, hello.is_active, hello.queues.count()) == ("Good day", True, 0)


def test_columns_that_are_left_out_stay(adas_browser: Client, support: Queue) -> None:
    old = factories.PredefinedResponseFactory.create(
        organisation=support.organisation, name="Old", is_active=False
    )
    old.queues.add(support)

    take(adas_browser, PredefinedResponse, ("name", "text"), ["Old", "New words"])

    old.refresh_from_db()
    assert (old.text, old.is_active) == ("New words", False)
    assert list(old.queues.all()) == [support]


def test_names_with_commas_are_names(adas_browser: Client, acme: Organisation) -> None:
    queue = factories.QueueFactory.create(organisation=acme, name='Late, or "last"')

    take(
        adas_browser,
        PredefinedResponse,
        ("name", "text", "queues"),
        ["Bye", "Bye", '"Late, or ""last"""'],
    )

    assert list(PredefinedResponse.objects.get(name="Bye").queues.all()) == [queue]


def test_all_rows_or_none(adas_browser: Client, support: Queue) -> None:
    text = written(
        NAMES,
        ["Fine", "Fine", "Support", "yes"],
        ["", "No name", "", "yes"],
        ["Long" * 50, "", "Nowhere", "perhaps"],
    )

    shown = preview(adas_browser, PredefinedResponse, text)

    found = mistakes(shown)
    assert [(row, column) for row, column, _ in found] == [
        (3, "name"),
        (4, "is_active"),
        (4, "name"),
        (4, "queues"),
        (4, "text"),
    ]
    assert found[3][2] == "There is no “Nowhere” here."
    assert found[1][2] == "Write yes or no."
    assert "Nothing was imported" in shown.content.decode()
    assert not PredefinedResponse.objects.exists()


def test_what_came_between_is_refused_as_a_whole(
    adas_browser: Client, support: Queue
) -> None:
    shown = preview(
        adas_browser,
        PredefinedResponse,
        written(NAMES, ["A", "A", "", "yes"], ["B", "B", "Support", "yes"]),
    )
    support.delete()

    answer = confirm(adas_browser, PredefinedResponse, shown)

    assert mistakes(answer) == [(3, "queues", "There is no “Support” here.")]
    assert not PredefinedResponse.objects.exists()
    assert not History.objects.exists()


def test_unknown_placeholders_are_refused(adas_browser: Client) -> None:
    text = written(
        NAMES,
        ["Fine", "Hello {customer.name}", "", "yes"],
        ["Wrong", "Hello {customer.email}", "", "yes"],
    )

    [(row, column, sentence)] = mistakes(
        preview(adas_browser, PredefinedResponse, text)
    )

    assert (row, column) == (3, "text")
    assert "“{customer.email}” stands for nothing" in sentence
    assert not PredefinedResponse.objects.exists()


def test_a_row_that_stands_twice(adas_browser: Client) -> None:
    text = written(NAMES, ["A", "1", "", "yes"], [" A ", "2", "", "yes"])

    assert mistakes(preview(adas_browser, PredefinedResponse, text)) == [
        (3, "name", "“A” stands in row 2 already.")
    ]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "This file is empty."),
        (b"\n\n", "This file is empty."),
        (b"name,text\n", "no rows below"),
        ("name,text\nA,gr\u00fcn\n".encode("latin-1"), "not in UTF-8"),
        ("name,text\nA,B\n".encode("utf-16"), "not in UTF-8"),
        (b'name,text\n"A"B,C\n', "not a CSV file"),
        (b"name,text\nA,\0\n", "not a CSV file"),
        (b"name,colour\nA,red\n", "Missing: text. Unknown: “colour”."),
        (b"name,colour\nA,red\n", "columns: name, text, queues, is_active."),
        (b"name,text,id\nA,B,7\n", "Unknown: “id”."),
        (b"name,text,name\nA,B,C\n", "There twice: name."),
        (b"name,text\nA\n\nB,C,D\n", "Row 2 has 1 cells, the first row has 2."),
        (b"name,text\nA\n\nB,C,D\n", "Row 4 has 3 cells, the first row has 2."),
        (b"name,text\n" + b"A,B\n" * 251, "has 251 rows; 250 fit"),
        (b"name,text\nA," + b"B" * 1024 * 1024, "more than 1024 KB"),
    ],
)
def test_what_is_no_table(
    adas_browser: Client, acme: Organisation, content: bytes, sentence: str
) -> None:
    shown = preview(adas_browser, PredefinedResponse, content)

    assert sentence in sentences(shown)
    assert not PredefinedResponse.objects.exists()


def test_no_file_at_all(adas_browser: Client) -> None:
    shown = adas_browser.post(page(PredefinedResponse, "import"))

    assert sentences(shown) == "Choose a file."


@pytest.mark.parametrize(
    "content",
    [
        "\ufeffname,text\r\nHello,Gr\u00fc\u00dfe\r\n",
        "NAME; text\nHello;Gr\u00fc\u00dfe\n",
        'name,text\n\nHello,"Gr\u00fc\u00dfe"',
    ],
)
def test_files_of_every_spreadsheet(adas_browser: Client, content: str) -> None:
    confirm(
        adas_browser,
        PredefinedResponse,
        preview(adas_browser, PredefinedResponse, content),
    )

    assert PredefinedResponse.objects.get(name="Hello").text == "Gr\u00fc\u00dfe"


def test_a_file_that_changes_nothing_has_nothing_to_confirm(
    adas_browser: Client, break_code: IdleCode
) -> None:
    shown = preview(adas_browser, IdleCode, "name,is_default\nBreak,yes\n")

    assert doings(shown) == ["Unchanged"]
    assert "changes nothing" in shown.content.decode()
    assert 'value="Import"' not in shown.content.decode()


# --- Codes ---------------------------------------------------------------------
@pytest.mark.parametrize("rows", [["Break", "Meeting"], ["Meeting", "Break"]])
def test_the_mark_moves_in_any_order(
    adas_browser: Client, break_code: IdleCode, meeting: IdleCode, rows: list[str]
) -> None:
    marks = {"Break": "no", "Meeting": "yes"}

    take(adas_browser, IdleCode, ("name", "is_default"), *([r, marks[r]] for r in rows))

    break_code.refresh_from_db()
    meeting.refresh_from_db()
    assert (break_code.is_default, meeting.is_default) == (False, True)


def test_one_default_at_most(adas_browser: Client, break_code: IdleCode) -> None:
    text = "name,is_default\nLunch,yes\nBreak,yes\n"

    assert mistakes(preview(adas_browser, IdleCode, text)) == [
        (3, "is_default", "Row 2 is the default already.")
    ]


def test_a_default_at_least(adas_browser: Client, break_code: IdleCode) -> None:
    shown = preview(adas_browser, IdleCode, "name,is_default\nBreak,no\n")

    assert mistakes(shown) == [
        (2, "is_default", "Make another one the default instead.")
    ]


def test_the_last_active_code_stays(
    adas_browser: Client, resolved: WrapUpCode, escalated: WrapUpCode
) -> None:
    text = "name,is_active,is_default\nResolved,no,no\nEscalated,no,no\n"

    [(row, column, sentence)] = mistakes(preview(adas_browser, WrapUpCode, text))

    assert (row, column) == (3, "")
    assert "last active" in sentence
    assert WrapUpCode.objects.filter(is_active=True).count() == 2


def test_the_last_code_may_go_when_another_comes(
    adas_browser: Client, resolved: WrapUpCode, escalated: WrapUpCode
) -> None:
    take(
        adas_browser,
        WrapUpCode,
        ("name", "is_active", "is_default"),
        ["Resolved", "no", "no"],
        ["Escalated", "no", "no"],
        ["Sold", "yes", "yes"],
    )

    active = WrapUpCode.objects.filter(is_active=True)
    assert [(code.name, code.is_default) for code in active] == [("Sold", True)]


def test_the_default_of_every_queue_is_of_none(
    adas_browser: Client, resolved: WrapUpCode, support: Queue
) -> None:
    text = "name,queues\nResolved,Support\n"

    [(_, column, sentence)] = mistakes(preview(adas_browser, WrapUpCode, text))

    assert (column, "every queue" in sentence) == ("queues", True)
    assert not resolved.queues.exists()


# --- Traces --------------------------------------------------------------------
def test_the_trail_has_who_imported(adas_browser: Client, ada: Agent) -> None:
    rows = (("name", "is_default"), ["Lunch", "no"])
    preview(adas_browser, IdleCode, written(*rows))
    before = AuditEntry.objects.count()

    take(adas_browser, IdleCode, *rows)

    lunch = IdleCode.objects.get(name="Lunch")
    entry = AuditEntry.objects.get(kind="idle_code", object_id=str(lunch.pk))
    assert (entry.actor, entry.action) == (ada, "created")
    assert entry.organisation_id == ada.organisation_id
    assert AuditEntry.objects.count() == before + 1
    [line] = History.objects.all()
    assert (line.object_repr, line.user) == ("Lunch", ada)


def test_the_bounds_are_said_before(adas_browser: Client) -> None:
    content = adas_browser.get(page(IdleCode, "import")).content.decode()

    assert f"at most {csv_file.MAX_ROWS} rows and 1024 KB" in content
    assert "Agents can choose it. Write yes or no." in content
