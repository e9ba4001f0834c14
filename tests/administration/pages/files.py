"""Files as an administrator's browser sends and gets them."""

from __future__ import annotations

import csv
from io import StringIO
from typing import TYPE_CHECKING, Any

from django.core.files.uploadedfile import SimpleUploadedFile

from tests.administration.pages.site import page

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.models import Model
    from django.test import Client


def written(*rows: Sequence[str]) -> str:
    """Return rows as the text of a CSV file."""
    stream = StringIO(newline="")
    csv.writer(stream).writerows(rows)
    return stream.getvalue()


def preview(browser: Client, model: type[Model], content: str | bytes) -> Any:
    """Choose a file; return the page that follows."""
    body = content.encode() if isinstance(content, str) else content
    file = SimpleUploadedFile("rows.csv", body, content_type="text/csv")
    return browser.post(page(model, "import"), {"file": file})


def confirm(browser: Client, model: type[Model], shown: Any) -> Any:
    """Press Import on a preview."""
    sent = {"file": shown.context["file"]}
    return browser.post(page(model, "process_import"), sent)


def take(browser: Client, model: type[Model], *rows: Sequence[str]) -> Any:
    """Choose a file, look at it and import it."""
    return confirm(browser, model, preview(browser, model, written(*rows)))


def mistakes(shown: Any) -> list[tuple[int, str, str]]:
    """Return row, column and sentence of what is wrong in a file."""
    assert shown.status_code == 200
    assert "file" not in shown.context, "what is wrong cannot be imported"
    return [tuple(mistake) for mistake in shown.context["mistakes"]]


def sentences(shown: Any) -> str:
    """Return what is wrong with a file that is no table."""
    assert shown.status_code == 200
    return " ".join(shown.context["form"].errors["file"])


def doings(shown: Any) -> list[str]:
    """Return what would happen to each row of a file."""
    return [doing for _, doing, _ in shown.context["rows"]]


def exported(browser: Client, model: type[Model], **asked: str) -> str:
    answer = browser.get(page(model, "export"), asked)
    assert answer.status_code == 200
    return answer.content.decode("utf-8-sig")


def table(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(text, newline="")))
