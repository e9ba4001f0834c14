from __future__ import annotations

from typing import Any, ClassVar


class DomainError(Exception):
    """A refusal with a code for machines and a sentence for people.

    Each code stands in one class: others that refuse with it build on that class.
    """

    code: ClassVar[str]
    status = 409
    sentence = "This is not possible now."

    def __init__(
        self,
        detail: str = "",
        *,
        errors: dict[str, list[str]] | None = None,
        retry_after: int | None = None,
    ) -> None:
        super().__init__(detail or self.sentence)
        self.detail = detail or self.sentence
        self.errors = errors
        self.retry_after = retry_after
        # What the answer has beside the fields of all refusals.
        self.besides: dict[str, Any] = {}


class WrongState(DomainError):
    code = "wrong_state"


class Forbidden(DomainError):
    code = "forbidden"
    status = 403
    sentence = "You may not do this."


class NotFound(DomainError):
    code = "not_found"
    status = 404
    sentence = "There is nothing at this address, or it is not yours to see."


class Invalid(DomainError):
    """A value that cannot be right, with the field it stands in (HTTP 400)."""

    code = "invalid"
    status = 400
    sentence = "Some values are not valid."

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence, errors={field: [sentence]})


class TooLarge(DomainError):
    code = "too_large"
    status = 413
    sentence = "What was sent is too large."


class TooMany(DomainError):
    code = "too_many"
    status = 429
    sentence = "Too many requests. Please wait a moment."


class ServerError(DomainError):
    """A fault of ours, which says no more than that."""

    code = "server_error"
    status = 500
    sentence = "Something went wrong on our side. Please try again."


class Unavailable(DomainError):
    """Nothing is wrong with the request; there is no room for it now."""

    code = "unavailable"
    status = 503
    sentence = "Parley has too much to do. Please try again in a moment."
