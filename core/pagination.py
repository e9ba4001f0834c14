from __future__ import annotations

from typing import Any

from rest_framework.pagination import PageNumberPagination


class Pages(PageNumberPagination):
    """Pages of 50 rows, or as many as `page_size` asks for, 200 at most."""

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
