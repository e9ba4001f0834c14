"""What pages have in common that hold rows of another table, as parts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator


class Completed:
    """Names the fields that are completed while typing, which no label reaches."""

    class Media:
        js = ("js/administration/completed_fields.js",)


def rows_of(formsets: list[Any]) -> Iterator[dict[str, Any]]:
    """Yield the values of the rows that stay."""
    for formset in formsets:
        gone = formset.deleted_forms
        for form in formset.forms:
            if form not in gone and (form.has_changed() or form.instance.pk):
                yield form.cleaned_data
