"""Examples of every body in the OpenAPI schema, made from the shapes themselves.

Where a serializer has `examples`, its fields have these values (`core.schema`).
"""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from core.errors import (
    Forbidden,
    Invalid,
    NotFound,
    TooLarge,
    TooMany,
    WrongState,
)
from core.problems import CONTENT_TYPE as PROBLEM
from core.problems import problem

if TYPE_CHECKING:
    from collections.abc import Iterator

Schema = dict[str, Any]

JSON = "application/json"
ERRORS = {"text": ["This field is required."]}  # by field, as refusals have them
BY_FORMAT: dict[str, Any] = {
    "date-time": "2026-03-02T09:30:00Z",
    "uuid": "0b6e2f6e-6d0c-4f43-9d0b-0f6f2b8f3c11",
    "email": "somebody@example.com",
    "uri": "https://www.example.com/",
}
CODES = {
    400: Invalid.code,
    401: "bad_token",
    403: Forbidden.code,
    404: NotFound.code,
    409: WrongState.code,
    413: TooLarge.code,
    415: "unsupported_media_type",
    429: TooMany.code,
}


def add(result: Schema, **generator: Any) -> Schema:
    """Give every JSON body of the schema an example. A hook of drf-spectacular."""
    parts = result["components"]["schemas"]
    for path in result["paths"].values():
        for operation in path.values():
            for media, body in _bodies(operation):
                if media == JSON and "examples" not in body:
                    body["example"] = example(body["schema"], parts)
            for status, answer in operation["responses"].items():
                for body in _of_problems(answer):
                    body["example"] = _problem(int(status), answer["description"])
    return result


def example(schema: Schema, parts: dict[str, Schema], name: str = "") -> Any:
    """Return a value of this shape; `parts` are the schemas it may refer to."""
    if "examples" in schema:
        return schema["examples"][0]
    if "$ref" in schema:
        return example(parts[schema["$ref"].rsplit("/", 1)[-1]], parts, name)
    for key in ("allOf", "oneOf", "anyOf"):
        if key in schema:
            return example(schema[key][0], parts, name)
    if "properties" in schema:
        return {
            field: example(shape, parts, field)
            for field, shape in schema["properties"].items()
        }
    if "enum" in schema:
        return schema["enum"][0]
    return _value(schema, parts, name)


def _value(schema: Schema, parts: dict[str, Schema], name: str) -> Any:
    kinds = schema.get("type", "object")
    kinds = kinds if isinstance(kinds, list) else [kinds]
    match kinds[0]:
        case "array":
            return [example(schema["items"], parts, name)]
        case "integer":
            return schema.get("default", max(1, schema.get("minimum", 1)))
        case "boolean":
            return schema.get("default", True)
        case "object":
            return {}
    words = name if "pattern" in schema else name.replace("_", " ").capitalize()
    return BY_FORMAT.get(schema.get("format", ""), words)


def _bodies(operation: Schema) -> Iterator[tuple[str, Schema]]:
    """Yield (media type, body) of what an operation takes and answers."""
    for part in (operation.get("requestBody", {}), *operation["responses"].values()):
        yield from part.get("content", {}).items()


def _of_problems(answer: Schema) -> list[Schema]:
    content = answer.get("content", {})
    return [content[PROBLEM]] if PROBLEM in content else []


def _problem(status: int, sentence: str) -> Schema:
    code = CODES.get(status, HTTPStatus(status).name.lower())
    errors = ERRORS if code == Invalid.code else None
    return problem(status, code, sentence, errors=errors)
