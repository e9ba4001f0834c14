"""Who a customer is, as the company's own site has signed it (contract 3.3)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import jwt
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext

from core import text
from core.errors import Invalid
from queues.models import SHORTEST_SECRET

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from queues.models import EntryPoint

MAX_SECONDS = 24 * 3600
SKEW_SECONDS = 60
# The claims that are read, with their greatest length.
CLAIMS = {"sub": 200, "name": 100, "email": 254, "phone": 50}


class NotValid(Invalid):
    def __init__(self) -> None:
        super().__init__(
            "identity", gettext("This identity is not valid or has expired.")
        )


def claims_of(
    identity: str, *, entry_point: EntryPoint, now: datetime
) -> dict[str, str]:
    """Return the claims of a signed identity (JWT, HS256): sub, and those of name,
    email and phone that it has. Raise NotValid.

    The site's clock may differ from ours by a minute; `aud` is ignored.
    """
    if len(entry_point.identity_secret.encode()) < SHORTEST_SECRET:
        raise NotValid
    try:
        claims = jwt.decode(
            identity,
            entry_point.identity_secret,
            algorithms=["HS256"],
            # Times are judged below, by our own clock.
            options={
                "require": ["sub", "exp"],
                "verify_exp": False,
                "verify_iat": False,
                "verify_nbf": False,
                "verify_aud": False,
            },
        )
        is_current = _is_current(claims, now)
    except (jwt.InvalidTokenError, TypeError, ValueError, OverflowError) as error:
        raise NotValid from error
    if not is_current or not claims["sub"]:
        raise NotValid
    if not all(_is_text(claims.get(name, ""), most) for name, most in CLAIMS.items()):
        raise NotValid
    if claims.get("email") and not _is_email(claims["email"]):
        raise NotValid
    return {name: claims[name] for name in CLAIMS if claims.get(name)}


def _is_current(claims: Mapping[str, Any], now: datetime) -> bool:
    """Whether a token counts now. Raise TypeError, ValueError or OverflowError for
    times that are none."""
    rest = float(claims["exp"]) - now.timestamp()
    since = (float(claims.get(name, 0)) - now.timestamp() for name in ("iat", "nbf"))
    has_begun = all(ahead <= SKEW_SECONDS for ahead in since)
    return has_begun and -SKEW_SECONDS < rest <= MAX_SECONDS + SKEW_SECONDS


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
