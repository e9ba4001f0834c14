"""No text in Python goes round translation."""

from __future__ import annotations

import ast
import re
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib import admin
from django.contrib.admin.utils import flatten, flatten_fieldsets
from django.utils.functional import Promise

from config import catalogues, names
from contacts.events import Notice
from contacts.models import EventCode
from core import languages
from core.errors import DomainError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.db.models import Model

OURS = [app for app in apps.get_app_configs() if app.name in catalogues.FOLDERS]
MODELS = [model for app in OURS for model in app.get_models()]
# The same in every language.
ACRONYMS = {"RONA", "IBAN"}
MARKS = {*catalogues.KEYWORDS}
# What operators and programmers read is English: logs, commands, the REST schema,
# tests; so is what a language model is told, and the demo's own content.
ENGLISH = re.compile(
    r"/management/|/migrations/|/demo\w*\.py$|/backups/|golden\.py$|prompts\.py$"
    r"|^config/(beat|bootstrap|catalogues|file_storage|files|health|lanes|mailing|metrics"
    r"|preparing|processes|running|secret|settings|startup|storage|supervisor|welcome|private_redis)\.py$"
    r"|^core/(examples|schema|logs|files|fetching|mailing|pushing|postgresql/)"
    r"|append_only\.py$|^administration/history/"
)
SCHEMA = re.compile(r"/api(/|\.py$)|serializers|filters\.py$|^core/filters\.py$")
SAID_TO_OPERATORS = {
    *("warning", "error", "info", "exception", "debug", "SystemExit", "TypeError"),
    *("notice", "attachment_blocked"),  # pages know their code
    *("AssertionError", "NoAnswer", "NotValid", "NotReached", "cast", "compile"),
    "Failed",
}
WORDS_OF_PAGES = {
    *("label", "help_text", "description", "verbose_name", "verbose_name_plural"),
    *("violation_error_message", "short_description", "empty_label"),
}
SENTENCE = re.compile(r"[“A-Z{].* .*[.!?:]", re.DOTALL)


def subclasses(cls: type[DomainError]) -> Iterator[type[DomainError]]:
    for each in cls.__subclasses__():
        yield each
        yield from subclasses(each)


def test_refusals_speak_the_language_of_their_readers() -> None:
    refusals: set[type[DomainError]] = {DomainError, *subclasses(DomainError)}
    ours = {each for each in refusals if not each.__module__.startswith("tests")}

    assert [c for c in ours if not isinstance(c.sentence, Promise)] == []


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_helps_and_choices_of_models_are_translated(model: type[Model]) -> None:
    for field in [*model._meta.local_fields, *model._meta.local_many_to_many]:
        assert not field.help_text or isinstance(field.help_text, Promise), field
        is_named_elsewhere = field.choices in (languages.SHIPPED, EventCode.choices)
        choices = [] if is_named_elsewhere else field.flatchoices
        for _, label in choices:
            assert label in ACRONYMS or isinstance(label, Promise), (field, label)


def shown(page: Any) -> set[str]:
    """Return the names of the fields that a page of the administration shows."""
    own = {*flatten_fieldsets(page.fieldsets or []), *flatten(page.fields or [])}
    columns = flatten(getattr(page, "list_display", []))
    filters = [
        each if isinstance(each, str) else each[0]
        for each in getattr(page, "list_filter", [])
        if isinstance(each, str | tuple)
    ]
    every = {field.name for field in page.model._meta.get_fields() if is_set(field)}
    return {*(own or every), *columns, *filters, *page.readonly_fields}


def is_set(field: Any) -> bool:
    return getattr(field, "editable", False) and not field.auto_created


def pages() -> list[Any]:
    registered = [
        page for page in admin.site._registry.values() if page.model in MODELS
    ]
    parts = [
        part(page.model, admin.site) for page in registered for part in page.inlines
    ]
    return [*registered, *parts]


def test_the_administration_shows_no_name_of_the_code() -> None:
    seen = set()
    for page in pages():
        for field in names.nameless(page.model):
            if field.name in shown(page) and not field.primary_key:
                seen.add(str(field.verbose_name))
                assert isinstance(field.verbose_name, Promise), field
        for attribute in ("verbose_name", "verbose_name_plural"):
            assert isinstance(getattr(page.model._meta, attribute), Promise), page

    assert seen == names.FIELDS


def sources() -> Iterator[tuple[str, ast.AST]]:
    for path in chain.from_iterable(
        sorted((Path(settings.BASE_DIR) / folder).rglob("*.py"))
        for folder in catalogues.FOLDERS
    ):
        name = str(path.relative_to(settings.BASE_DIR))
        if not ENGLISH.search(name):
            yield name, ast.parse(path.read_text())


def unmarked(name: str, code: ast.AST) -> Iterator[str]:
    """Yield the texts for people that no function of translation has in hand."""
    for node, parents in walk(code, []):
        text = text_of(node)
        if text is None or any(is_mark(parent) for parent in parents):
            continue
        if any(text_of(parent) is not None for parent in parents):
            continue
        if is_for_people(name, text, parents):
            yield f"{name}:{getattr(node, 'lineno', 0)}: {text}"


def walk(
    node: ast.AST, parents: list[ast.AST]
) -> Iterator[tuple[ast.AST, list[ast.AST]]]:
    yield node, parents
    for child in ast.iter_child_nodes(node):
        yield from walk(child, [*parents, node])


def text_of(node: ast.AST) -> str | None:
    if isinstance(node, ast.JoinedStr):
        parts = (
            each.value if isinstance(each, ast.Constant) else "{}"
            for each in node.values
        )
        return "".join(map(str, parts))
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    return None


def is_mark(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and name_of(node.func) in MARKS


def name_of(node: ast.AST) -> str:
    return getattr(node, "id", "") or getattr(node, "attr", "")


def is_for_people(name: str, text: str, parents: list[ast.AST]) -> bool:
    parent = parents[-1]
    if isinstance(parent, ast.Expr) or not re.search(r"[A-Za-z]{2}", text):
        return False  # a docstring
    calls = {name_of(each.func) for each in parents if isinstance(each, ast.Call)}
    keywords = {each.arg for each in parents if isinstance(each, ast.keyword)}
    if calls & SAID_TO_OPERATORS:
        return False
    if SCHEMA.search(name) and (
        keywords & {*WORDS_OF_PAGES, "summary"}
        or is_example(parents)
        or is_of_schema(parents)
    ):
        return False
    is_worded = isinstance(parent, ast.keyword) and parent.arg in WORDS_OF_PAGES
    return is_worded or is_heading(parents) or bool(SENTENCE.fullmatch(text))


def is_of_schema(parents: list[ast.AST]) -> bool:
    """Whether it describes a parameter or a type of the REST schema."""
    targets = {
        name_of(target)
        for each in parents
        if isinstance(each, ast.Assign)
        for target in each.targets
    }
    calls = {name_of(each.func) for each in parents if isinstance(each, ast.Call)}
    return "extend_schema_field" in calls or any("description" in t for t in targets)


def is_example(parents: list[ast.AST]) -> bool:
    """Whether it stands in the `examples` of a serializer."""
    return any(
        isinstance(each, ast.AnnAssign) and name_of(each.target) == "examples"
        for each in parents
    )


def is_heading(parents: list[ast.AST]) -> bool:
    """Whether it is the name of a group of fields: `("Work", {"fields": …})`."""
    parent = parents[-1]
    if not isinstance(parent, ast.Tuple) or len(parent.elts) != 2:
        return False
    second = parent.elts[1]
    keys = second.keys if isinstance(second, ast.Dict) else []
    return any(isinstance(key, ast.Constant) and key.value == "fields" for key in keys)


def test_no_sentence_goes_round_translation() -> None:
    found = [each for name, code in sources() for each in unmarked(name, code)]

    assert found == []


@pytest.mark.parametrize(
    "code",
    [
        'raise WrongState("This is over.")',
        'raise Invalid("name", f"“{name}” is no name.")',
        '@admin.display(description="Name")\ndef name(): ...',
        'fieldsets = ((None, {}), ("Work", {"fields": ("role",)}))',
        'field = forms.CharField(label="name")',
        'SENTENCES = {"late": "This is too late."}',
    ],
)
def test_a_text_without_a_mark_is_found(code: str) -> None:
    assert [*unmarked("agents/admin.py", ast.parse(code))]


def test_a_marked_text_is_not_found() -> None:
    code = 'raise WrongState(gettext("This is over."))\nlogger.info("It is over now.")'

    assert not [*unmarked("agents/services/people.py", ast.parse(code))]


# The card says that a colleague is asked, the file itself that it is stopped.
SAID_ELSEWHERE = {Notice.CONFERENCE_WAITING, Notice.ATTACHMENT_BLOCKED}


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        *(("event", code.value) for code in EventCode),
        *(("notice", code.value) for code in Notice if code not in SAID_ELSEWHERE),
    ],
)
def test_pages_have_words_of_their_own_for_what_they_are_told(
    kind: str, code: str
) -> None:
    folder = Path(settings.BASE_DIR) / "templates" / "contacts"
    rows = "".join(path.read_text() for path in sorted(folder.rglob("_*.html")))

    assert f'data-word="{kind}-{code}' in rows
