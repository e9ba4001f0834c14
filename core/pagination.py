from __future__ import annotations

from rest_framework.pagination import PageNumberPagination


class Pages(PageNumberPagination):
    """Pages of 50 rows, or as many as `page_size` asks for, 200 at most."""

    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 200
