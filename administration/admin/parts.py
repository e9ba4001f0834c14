"""What pages have in common that hold rows of another table, as parts."""

from __future__ import annotations

from typing import Any


class Completed:
    """Names the fields that are completed while typing, which no label reaches."""

    class Media:
        js = ("js/administration/completed_fields.js",)


def rows_of(formsets: list[Any]) -> list[dict[str, Any]] | None:
    """Return the values of the rows that stay; None where all stay as they are."""
    if not any(formset.has_changed() for formset in formsets):
        return None
    return [
        form.cleaned_data
        for formset in formsets
        for form in formset.forms
        if form not in formset.deleted_forms
        and (form.has_changed() or form.instance.pk)
    ]
