"""Who a customer is, as the company's own site has signed it (contract 3.3)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import jwt
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from core import text
from core.errors import Invalid

if TYPE_CHECKING:
    from datetime import datetime

    from queues.models import EntryPoint

MAX_SECONDS = 24 * 3600
# The claims that are read, with their greatest length.
CLAIMS = {"sub": 200, "name": 100, "email": 254, "phone": 50}


class NotValid(Invalid):
    def __init__(self) -> None:
        super().__init__("identity", "This identity is not valid or has expired.")


def claims_of(
    identity: str, *, entry_point: EntryPoint, now: datetime
) -> dict[str, str]:
    """Return the claims of a signed identity (JWT, HS256): sub, and those of name,
    email and phone that it has. Raise NotValid."""
    if not entry_point.identity_secret:
        raise NotValid
    try:
        claims = jwt.decode(
            identity,
            entry_point.identity_secret,
            algorithms=["HS256"],
            options={"require": ["sub", "exp"], "verify_exp": False},
        )
        rest = float(claims["exp"]) - now.timestamp()
    except (jwt.InvalidTokenError, TypeError, ValueError, OverflowError) as error:
        raise NotValid from error
    if not 0 < rest <= MAX_SECONDS or not claims["sub"]:
        raise NotValid
    if not all(_is_text(claims.get(name, ""), most) for name, most in CLAIMS.items()):
        raise NotValid
    if claims.get("email") and not _is_email(claims["email"]):
        raise NotValid
    return {name: claims[name] for name in CLAIMS if claims.get(name)}


def _is_email(value: str) -> bool:
    try:
        validate_email(value)
    except ValidationError:
        return False
    return all(map(text.is_seen, value))


def _is_text(value: object, most: int) -> bool:
    """Whether a claim can be stored."""
    if not isinstance(value, str) or len(value) > most or "\x00" in value:
        return False
    return not any("\ud800" <= character <= "\udfff" for character in value)
