"""House rules that no linter knows (docs/architecture.md)."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.apps import apps

from agents.models import AppendOnly
from contacts import events
from contacts.consumers import ChatConsumer, DeskConsumer
from contacts.models import ContactEventCode
from core.closing import CloseCode
from core.folding import made_fields

if TYPE_CHECKING:
    from collections.abc import Iterator
    from enum import StrEnum

pytestmark = pytest.mark.telling

ROOT = Path(__file__).resolve().parent.parent
APPS = (
    *("agents", "queues", "contacts", "wrapup"),
    *("administration", "supervision", "assistants", "reports"),
)
SOURCES = [
    path
    for app in (*APPS, "screening", "core", "config")
    for path in sorted((ROOT / app).rglob("*.py"))
    if "migrations" not in path.parts
]
EDGES = [
    path
    for path in SOURCES
    if {"api", "views", "admin", "consumers"} & {*path.parts, path.stem}
]
SERVICES = [path for path in SOURCES if "services" in path.parts]
SCRIPTS = sorted((ROOT / "static" / "js").rglob("*.js"))
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
EVENTS = (ROOT / "docs" / "events.md").read_text()


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


def public_functions(path: Path) -> Iterator[ast.FunctionDef]:
    for node in ast.parse(path.read_text()).body:
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
            yield node


def published() -> set[str]:
    """Return the types of all frames that leave the server."""
    found: set[str] = set()
    for path in SOURCES:
        text = path.read_text()
        found |= set(re.findall(r'(?:publish|Event)\(\s*"(\w+)"', text))
        found |= set(re.findall(r'self\.answer\(\s*"(\w+)"', text))
        if "consumers" in {*path.parts, path.stem}:
            found |= set(re.findall(r'"type": "(\w+)"', text))
    return found


def test_every_frame_is_documented() -> None:
    headings = set(
        re.findall(r"`(\w+)`", " ".join(re.findall(r"^### .*$", EVENTS, re.MULTILINE)))
    )
    received = {*DeskConsumer.frames, *ChatConsumer.frames}

    assert headings == published() | received


def section(title: str, level: str = "##") -> str:
    """Return the text of a section of docs/events.md."""
    return EVENTS.split(f"\n{level} {title}\n")[1].split("\n##")[0]


def documented(title: str) -> dict[str, list[str]]:
    """Return the table of a section of docs/events.md: {word: the other cells}."""
    rows = re.findall(r"^\| `(\w+)` \|(.*)\|$", section(title), re.MULTILINE)
    return {word: [cell.strip() for cell in rest.split("|")] for word, rest in rows}


def noted() -> dict[str, set[str]]:
    """Return, by code, what services note of a contact event besides the contact and
    the time: {code: names}."""
    found: dict[str, set[str]] = {}
    for path in SERVICES:
        for call in ast.walk(ast.parse(path.read_text())):
            if not isinstance(call, ast.Call) or ast.unparse(call.func) != "audit.note":
                continue
            code = re.fullmatch(r"ContactEventCode\.(\w+)", ast.unparse(call.args[0]))
            if code is not None:
                names = {str(keyword.arg) for keyword in call.keywords}
                of_code = found.setdefault(ContactEventCode[code[1]], set())
                of_code |= names - {"contact_id", "now"}
    return found


@pytest.mark.parametrize(
    ("frame", "words"), [("card_removed", events.Removal), ("notice", events.Notice)]
)
def test_the_words_of_a_frame_are_documented(frame: str, words: type[StrEnum]) -> None:
    named = re.findall(r"`(\w+)`", section(f"`{frame}`", "###"))

    assert named == list(words)


def test_every_close_code_is_documented() -> None:
    named = set(map(int, re.findall(r"\b\d{4}\b", section("Close codes"))))

    # 1009 is the server's: the frame never reaches us.
    assert named == {*CloseCode, 1009}


def test_every_contact_event_is_documented() -> None:
    assert list(documented("Contact events")) == ContactEventCode.values


def test_what_is_noted_of_a_contact_event_is_documented() -> None:
    rows = documented("Contact events")

    for code, names in noted().items():
        _, agent, actor, details = rows[code]
        people = {"agent_id": agent, "actor_id": actor}
        assert names == {
            *(name for name, cell in people.items() if cell),
            *re.findall(r"`(\w+)`", details),
        }, code


@pytest.mark.parametrize("path", SERVICES, ids=named)
def test_commands_take_names(path: Path) -> None:
    """A command reads as a sentence: its subject, then what by name."""
    for function in public_functions(path):
        decorators = [ast.unparse(decorator) for decorator in function.decorator_list]
        if "transaction.atomic" in decorators:
            assert len(function.args.args) <= 1, f"{function.name} in {named(path)}"


def rows_asked_for(path: Path) -> Iterator[str]:
    """Yield what asks a model's manager, but for the declarations of classes."""
    tree = ast.parse(path.read_text())
    declared = {
        node
        for each in ast.walk(tree)
        if isinstance(each, ast.ClassDef)
        for line in each.body
        if isinstance(line, ast.Assign | ast.AnnAssign)
        for node in ast.walk(line)
    }
    for node in ast.walk(tree):
        is_manager = isinstance(node, ast.Attribute) and node.attr == "objects"
        if is_manager and node not in declared:
            yield ast.unparse(node)


@pytest.mark.parametrize("path", EDGES, ids=named)
def test_edges_get_rows_by_access_alone(path: Path) -> None:
    assert list(rows_asked_for(path)) == []


@pytest.mark.parametrize("path", SOURCES, ids=named)
def test_nobody_listens_to_signals(path: Path) -> None:
    assert not re.search(
        r"django\.dispatch|@receiver|\.connect\(sender", path.read_text()
    )


@pytest.mark.parametrize("path", TEMPLATES, ids=named)
def test_templates_hold_no_code_and_no_style(path: Path) -> None:
    text = path.read_text()
    # A mail brings its looks along: it can load none.
    is_base_of_mails = path.parent.name == "mail" and path.name == "_base.html"

    assert not re.search(r"<script(?![^>]*\bsrc=)[^>]*>", text)
    assert not re.search(r"\sstyle=|\son\w+=", text)
    assert is_base_of_mails or "<style" not in text


@pytest.mark.parametrize("path", SCRIPTS, ids=named)
def test_scripts_build_no_html_and_no_globals(path: Path) -> None:
    text = path.read_text()

    assert not re.search(
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write", text
    )
    assert not re.search(r"^\s*(window|globalThis)\.\w+\s*=(?!=)", text, re.MULTILINE)
    for line in re.findall(r"^import .*$", text, re.MULTILINE):
        assert line.endswith((";", "{")), line


def test_every_constraint_is_named_after_its_app() -> None:
    for model in apps.get_models():
        label = model._meta.app_label
        if label in APPS:
            for constraint in model._meta.constraints:
                assert constraint.name.startswith(f"{label}_"), constraint.name


LONGEST = 30  # lines of a function, its docstring aside


@pytest.mark.parametrize("path", SOURCES, ids=named)
def test_functions_are_short(path: Path) -> None:
    long = []
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            body = node.body[1:] if ast.get_docstring(node) else node.body
            if body and (body[-1].end_lineno or 0) - body[0].lineno + 1 > LONGEST:
                long.append(node.name)

    assert long == []


def test_no_update_writes_a_column_that_another_is_made_of() -> None:
    """`QuerySet.update` stores what it is told and makes nothing."""
    made_of = {
        name
        for model in apps.get_models()
        if not issubclass(model, AppendOnly)  # nothing writes those again
        for field in made_fields(model)
        for name in field.of
    }
    written = {
        (named(path), keyword.arg)
        for path in SOURCES
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
        if node.func.attr in {"update", "aupdate"}
        for keyword in node.keywords
    }

    # Of a file, of which nothing is made.
    written.remove(("contacts/services/scans.py", "reason"))

    assert {"name", "display_name", "email", "phone"} <= made_of
    assert [each for each in sorted(written, key=str) if each[1] in made_of] == []
