from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NoReturn

from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser

from core.errors import TooLarge

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import IO

MAX_BODY = 1024 * 1024  # bytes


class BoundedJSONParser(JSONParser):
    """Reads JSON in UTF-8, whatever the header says (RFC 8259), up to 1 MiB."""

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        body = stream.read(MAX_BODY + 1)
        if len(body) > MAX_BODY:
            raise TooLarge("The body of the request is too large: 1 MiB at most.")
        try:
            return json.loads(body.decode("utf-8-sig"), parse_constant=_refuse)
        except (ValueError, RecursionError) as error:
            raise ParseError(f"This is no JSON: {error}") from error


def _refuse(constant: str) -> NoReturn:
    message = f"{constant} is no number"
    raise ValueError(message)
