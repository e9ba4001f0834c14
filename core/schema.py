"""The OpenAPI schema: every operation with the problems it may answer."""

from __future__ import annotations

from typing import Any, Literal

from drf_spectacular.openapi import AutoSchema
from rest_framework import serializers

PROBLEM = "application/problem+json"
SENTENCES = {
    "400": "A value is not valid; `errors` says which.",
    "401": "Not signed in, or the token is not valid.",
    "403": "This role may not do this.",
    "404": "There is nothing here, or it is another organisation's.",
    "409": "The state of things forbids it; `code` says why.",
    "413": "The body is larger than 1 MiB.",
    "415": "The body is not of a type that is read here.",
    "422": "It holds sensitive data such as a card number; nothing is stored.",
    "429": "Too many requests; wait for `Retry-After` seconds.",
    "503": "No room for this now; wait for `Retry-After` seconds.",
    "507": "The disk is full; nothing was stored.",
}
SUMMARIES = {
    "list": "{many}",
    "create": "Add a new {one}",
    "retrieve": "One {one}",
    "update": "Replace the settings of one {one}",
    "partial_update": "Change settings of one {one}",
    "destroy": "Delete one {one}",
}


Direction = Literal["request", "response"]


class ChallengeSerializer(serializers.Serializer[Any]):
    """Work for a browser (altcha, version 1)."""

    algorithm = serializers.CharField()
    challenge = serializers.CharField()
    maxnumber = serializers.IntegerField()
    salt = serializers.CharField()
    signature = serializers.CharField()


class ProblemSerializer(serializers.Serializer[Any]):
    """An error (RFC 9457)."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField(help_text="A sentence for people.")
    code = serializers.CharField(help_text="A stable word for programs.")
    errors = serializers.DictField(  # type: ignore[assignment]
        child=serializers.ListField(child=serializers.CharField()),
        required=False,
        help_text="Sentences by field.",
    )
    challenge = ChallengeSerializer(
        required=False, help_text="Of a 429 for a new chat: who solves it may go on."
    )


class ProblemSchema(AutoSchema):
    def _get_response_bodies(self, direction: Direction = "response") -> dict[str, Any]:
        bodies: dict[str, Any] = super()._get_response_bodies(direction)
        for status in self._problems():
            if status not in bodies:
                body = self._get_response_for_code(  # type: ignore[no-untyped-call]
                    ProblemSerializer, status, [PROBLEM], direction
                )
                bodies[status] = body | {"description": SENTENCES[status]}
        return bodies

    def get_description(self) -> str:  # type: ignore[override]
        description = str(super().get_description() or "")
        for permission in self.view.get_permissions():
            if hasattr(permission, "reserved"):
                description += f"\n\n{permission.reserved(self.view, self.method)}"
        scopes = [
            permission.scope_for(self.view, self.method)
            for permission in self.view.get_permissions()
            if hasattr(permission, "scope_for")
        ]
        for scope in filter(None, scopes):
            description += f"\n\nA token needs the scope `{scope}`."
        return description

    def _map_basic_serializer(self, serializer: Any, direction: Direction) -> Any:
        """Give the fields the values that the serializer has as `examples`."""
        shape: Any = super()._map_basic_serializer(serializer, direction)  # type: ignore[no-untyped-call]
        fields = shape.get("properties", {})
        for name, value in getattr(serializer, "examples", {}).items():
            if name in fields:
                fields[name] = {**fields[name], "examples": [value]}
        return shape

    def _get_serializer_name(self, serializer: Any, *args: Any, **kwargs: Any) -> str:
        """Name a view's nested `Input` after the view: StateView.Input, StateInput."""
        cls = serializer if isinstance(serializer, type) else type(serializer)
        if "." in cls.__qualname__:
            return cls.__qualname__.replace("View.", "").replace(".", "")
        return str(super()._get_serializer_name(serializer, *args, **kwargs))

    def get_summary(self) -> str | None:
        """Name what a view set does with its rows, where nobody has said it better."""
        words = SUMMARIES.get(getattr(self.view, "action", ""))
        rows = getattr(self.view, "queryset", None)
        if words is None or rows is None:
            return super().get_summary()
        names = rows.model._meta
        return words.format(
            one=names.verbose_name, many=str(names.verbose_name_plural).capitalize()
        )

    def _problems(self) -> list[str]:
        """Return the problems an operation may answer; a view's `refusals` are
        those that others do not have."""
        has_pages = any(each["name"] == "page" for each in self._get_parameters())
        statuses = ["404"] if "{" in self.path or has_pages else []
        if self.get_auth():
            statuses += ["401", "403"]
        if self.method != "GET":
            statuses += ["400", "409", "413", "415", "422", "429"]
        elif self._get_parameters():
            statuses += ["400"]
        return sorted({*statuses, *getattr(self.view, "refusals", ())})
