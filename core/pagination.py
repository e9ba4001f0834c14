"""Pages of lists, however long these have become."""

from __future__ import annotations

import json
from functools import cached_property
from typing import Any

from django.core.paginator import EmptyPage, Page, PageNotAnInteger, Paginator
from django.db import connections
from django.db.models import QuerySet
from django.http import Http404
from rest_framework.pagination import PageNumberPagination

MOST_COUNTED = 10_000  # rows: whether there are more is known, how many is estimated
LAST_PAGE = 2**31  # databases skip no more rows than fit into a whole number of theirs


def is_long(rows: QuerySet[Any]) -> bool:
    """Whether there are more rows than are counted."""
    return bool(rows.order_by()[MOST_COUNTED : MOST_COUNTED + 1].exists())


class Glimpsed(Page):  # type: ignore[type-arg]
    """A page that knows by a look at the next row whether another one follows."""

    def __init__(self, *args: Any, is_last: bool) -> None:
        super().__init__(*args)
        self._is_last = is_last

    def has_next(self) -> bool:
        return not self._is_last


class LongLists(Paginator):  # type: ignore[type-arg]
    """Cuts a list into pages without counting or reading all of it.

    Up to 10,000 rows are counted. PostgreSQL estimates how many more there are; pages
    then follow each other until there is no row left, whatever the estimate was.
    """

    @cached_property
    def count(self) -> int:
        if not self._may_be_estimated:
            return super().count
        counted: int = self._rows.order_by()[: MOST_COUNTED + 1].count()
        if counted <= MOST_COUNTED:
            return counted
        return max(counted, self._estimate())

    @property
    def _rows(self) -> QuerySet[Any]:
        rows: Any = self.object_list
        return rows  # type: ignore[no-any-return]

    @property
    def _may_be_estimated(self) -> bool:
        is_stored = isinstance(self.object_list, QuerySet)
        return is_stored and connections[self._rows.db].vendor == "postgresql"

    @property
    def _is_estimated(self) -> bool:
        return self._may_be_estimated and self.count > MOST_COUNTED

    def _estimate(self) -> int:
        """Return how many rows the database expects, from what it knows of its
        tables."""
        plan = self._rows.order_by().values("pk").explain(format="json")
        return int(json.loads(plan)[0]["Plan"]["Plan Rows"])

    def validate_number(self, number: Any) -> int:
        try:
            return super().validate_number(number)
        except EmptyPage:
            if self._is_estimated and self.num_pages < int(number) <= LAST_PAGE:
                return int(number)
            raise

    def page(self, number: Any) -> Page:  # type: ignore[type-arg]
        """Return a page. Deep in a long list its keys are looked up first: the rows
        before them need not be read."""
        number = self.validate_number(number)
        if not self._is_estimated:
            return super().page(number)
        first = (number - 1) * self.per_page
        keys = self._rows.values_list("pk", flat=True)
        found = list(keys[first : first + self.per_page + 1])
        if not found:
            raise EmptyPage(self.error_messages["no_results"])
        rows = self._rows.filter(pk__in=found[: self.per_page])
        return Glimpsed(rows, number, self, is_last=len(found) <= self.per_page)

    def page_or_first(self, asked: str) -> Page:  # type: ignore[type-arg]
        """Return the page that an address asks for; the first one where the list does
        not reach as far (any more). Raise Http404 for what is no number."""
        try:
            return self.page(asked)
        except PageNotAnInteger as error:
            raise Http404 from error
        except EmptyPage:
            return self.page(1)


class Pages(PageNumberPagination):
    """Pages of 50 rows, or as many as `page_size` asks for, 200 at most.

    `count` is exact up to 10,000 rows and an estimate beyond; `next` is always right.
    """

    django_paginator_class = LongLists
    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 200

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        whole: dict[str, Any] = super().get_paginated_response_schema(schema)
        for name in ("next", "previous"):
            # In the words of OpenAPI 3.1, which knows no `nullable`.
            whole["properties"][name] = {
                "type": ["string", "null"],
                "format": "uri",
                "examples": [None],
            }
        return whole
