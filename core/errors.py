from __future__ import annotations


class DomainError(Exception):
    """A refusal with a code for machines and a sentence for people."""

    code = "wrong_state"
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


class WrongState(DomainError):
    pass


class Forbidden(DomainError):
    code = "forbidden"
    status = 403
    sentence = "You may not do this."


class Invalid(DomainError):
    """A value that cannot be right, with the field it stands in (HTTP 400)."""

    code = "invalid"
    status = 400
    sentence = "Some values are not valid."

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence, errors={field: [sentence]})


class TooMany(DomainError):
    code = "too_many"
    status = 429
    sentence = "Too many requests. Please wait a moment."
