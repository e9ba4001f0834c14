from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from django_stubs_ext import StrOrPromise


class DomainError(Exception):
    """A refusal with a code for machines and a sentence for people, which is made when
    it is read, in the reader's language.

    Each code stands in one class: others that refuse with it build on that class.
    """

    code: ClassVar[str]
    status = 409
    sentence: ClassVar[StrOrPromise] = _("This is not possible now.")

    def __init__(
        self,
        detail: StrOrPromise = "",
        *,
        errors: Mapping[str, Sequence[StrOrPromise]] | None = None,
        retry_after: int | None = None,
    ) -> None:
        super().__init__(detail or self.sentence)
        self._detail = detail or self.sentence
        self._errors = errors
        self.retry_after = retry_after
        # What the answer has beside the fields of all refusals.
        self.besides: dict[str, Any] = {}

    @property
    def detail(self) -> str:
        return str(self._detail)

    @property
    def errors(self) -> dict[str, list[str]] | None:
        if self._errors is None:
            return None
        return {name: [*map(str, each)] for name, each in self._errors.items()}


class WrongState(DomainError):
    code = "wrong_state"


class Forbidden(DomainError):
    code = "forbidden"
    status = 403
    sentence = _("You may not do this.")


class NotFound(DomainError):
    code = "not_found"
    status = 404
    sentence = _("There is nothing at this address, or it is not yours to see.")


class Invalid(DomainError):
    """A value that cannot be right, with the field it stands in (HTTP 400)."""

    code = "invalid"
    status = 400
    sentence = _("Some values are not valid.")

    def __init__(self, field: str, sentence: StrOrPromise) -> None:
        super().__init__(sentence, errors={field: [sentence]})


class TooLarge(DomainError):
    code = "too_large"
    status = 413
    sentence = _("What was sent is too large.")


class TooMany(DomainError):
    code = "too_many"
    status = 429
    sentence = _("Too many requests. Please wait a moment.")


class ServerError(DomainError):
    """A fault of ours, which says no more than that."""

    code = "server_error"
    status = 500
    sentence = _("Something went wrong on our side. Please try again.")


class Unavailable(DomainError):
    """Nothing is wrong with the request; there is no room for it now."""

    code = "unavailable"
    status = 503
    sentence = _("Parley has too much to do. Please try again in a moment.")
