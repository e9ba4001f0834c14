"""Form fields of opening hours: the week and own dates as rows, a country or region."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _

from administration.admin.cells import number_in
from core import countries
from queues import public_holidays
from queues.opening_rows import DAY_NAMES, MAX_DATES, MAX_ROWS

if TYPE_CHECKING:
    from django.utils.safestring import SafeString
    from django_stubs_ext import StrOrPromise

SPARE = 2  # empty rows to begin with
HOUR = re.compile(r"[0-9]{1,2}")
TIME = re.compile(r"[0-9]:[0-9]{2}")


class RowsWidget(forms.Widget):
    """A list of small objects as rows of inputs."""

    template_name: str
    columns: ClassVar[tuple[str, ...]]
    # A row without any of these is dropped.
    telling: ClassVar[tuple[str, ...]]
    most: ClassVar[int]

    def render(
        self, name: str, value: Any, attrs: Any = None, renderer: Any = None
    ) -> SafeString:
        rows = [self.shown(row) for row in value] if isinstance(value, list) else []
        spare = max(0, min(SPARE, self.most - len(rows)))
        context = {
            "name": name,
            "rows": [*rows, *({} for _ in range(spare))],
            "days": list(enumerate(DAY_NAMES)),
            "most": self.most,
        }
        return render_to_string(self.template_name, context)

    def shown(self, row: dict[str, Any]) -> dict[str, Any]:
        """Return a row as the template reads it: `from` is no name there."""
        return {**row, "opens": row.get("from"), "closes": row.get("to")}

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        rows: list[dict[str, str]] = []
        while f"{name}-{len(rows)}-from" in data:
            prefix = f"{name}-{len(rows)}"
            rows.append(
                {c: data.get(f"{prefix}-{c}", "").strip() for c in self.columns}
            )
        kept = (row for row in rows if any(row[column] for column in self.telling))
        return [self.read(row) for row in kept]

    def read(self, row: dict[str, str]) -> dict[str, Any]:
        """Return a row as it is stored."""
        raise NotImplementedError

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return f"{name}-0-from" not in data

    def id_for_label(self, id_: str) -> str:
        return ""


class WeekWidget(RowsWidget):
    template_name = "admin/queues/_week.html"
    columns = ("day", "from", "to")
    telling = ("from", "to")
    most = MAX_ROWS

    def read(self, row: dict[str, str]) -> dict[str, Any]:
        number = number_in(row["day"])
        day = row["day"] if number is None else number
        return {"day": day, "from": _time(row["from"]), "to": _time(row["to"])}


class DatesWidget(RowsWidget):
    template_name = "admin/queues/_own_dates.html"
    columns = ("date", "name", "from", "to")
    telling = ("date", "name", "from", "to")
    most = MAX_DATES

    def read(self, row: dict[str, str]) -> dict[str, Any]:
        times = {each: _time(row[each]) or None for each in ("from", "to")}
        return {"date": row["date"], "name": row["name"], **times}


def _time(typed: str) -> str:
    """Return a time as it is stored: people write 9 or 9:00 for 09:00."""
    if HOUR.fullmatch(typed):
        typed = f"{typed}:00"
    return f"0{typed}" if TIME.fullmatch(typed) else typed


class RowsField(forms.Field):
    def has_changed(self, initial: Any, data: Any) -> bool:
        return json.dumps(initial, sort_keys=True) != json.dumps(data, sort_keys=True)


class WeekField(RowsField):
    widget = WeekWidget


class DatesField(RowsField):
    widget = DatesWidget


class CountryField(forms.ChoiceField):
    """A country whose holidays are known."""

    def __init__(self, **options: Any) -> None:
        super().__init__(choices=_countries, **options)


class RegionField(forms.ChoiceField):
    """A region of any country, with the country before it: `DE/BY`."""

    def __init__(self, **options: Any) -> None:
        super().__init__(choices=_regions, **options)


def region_of(country: str, subdivision: str) -> str:
    """Return a region as the form has it."""
    return f"{country}/{subdivision}" if subdivision else ""


def place_in_words(country: str, subdivision: str) -> str | None:
    """Return a country and its region by name; None for none."""
    if not country or not subdivision:
        return countries.name_of(country) if country else None
    regions = public_holidays.names_of_regions(country)
    return f"{countries.name_of(country)}, {regions.get(subdivision, subdivision)}"


def _countries() -> list[tuple[str, StrOrPromise]]:
    return [("", _("None")), *countries.in_order(public_holidays.regions())]


def _regions() -> list[tuple[StrOrPromise, Any]]:
    """Return the regions in groups, each called as its country."""
    groups: list[tuple[StrOrPromise, Any]] = [("", _("The whole country"))]
    for country, called in countries.in_order(public_holidays.regions()):
        named = public_holidays.names_of_regions(country)
        if named:
            regions = [(region_of(country, code), name) for code, name in named.items()]
            groups.append((called, regions))
    return groups
