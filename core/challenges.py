"""Work that a browser does for one more try: a second for a person, dear for a flood.

The proof of work is that of altcha (version 1): a number whose hash, together with a
salt, is known. Nothing is kept of a challenge until it is used: it is signed with a key
made of `SECRET_KEY` and of whom it is for.
"""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from altcha import v1 as altcha
from django.utils.crypto import salted_hmac
from redis import RedisError

from core import redis, secrets
from core.errors import TooMany

if TYPE_CHECKING:
    from datetime import datetime

logger = logging.getLogger(__name__)

LASTS = timedelta(minutes=5)
HASHES = 100_000  # at most; half of them in the mean
ALGORITHM: Final = "SHA-256"


class Challenged(TooMany):
    """Too many requests; who solves the challenge may go on at once."""

    def __init__(
        self, *, challenge: dict[str, Any], detail: str, retry_after: int | None
    ) -> None:
        super().__init__(detail, retry_after=retry_after)
        self.besides = {"challenge": challenge}


def make(subject: str, *, now: datetime) -> dict[str, Any]:
    """Return a challenge for this subject."""
    made = altcha.create_challenge(
        algorithm=ALGORITHM,
        max_number=HASHES,
        salt_length=16,
        hmac_key=_key(subject),
        salt="",
        number=None,
        expires=now + LASTS,
        params=None,
    )
    return {
        "algorithm": made.algorithm,
        "challenge": made.challenge,
        "maxnumber": made.max_number,
        "salt": made.salt,
        "signature": made.signature,
    }


def use(solution: str, *, subject: str, now: datetime) -> bool:
    """Return whether this solves a challenge of the subject, for the first time.

    `solution` is the challenge with its `number`, as JSON in base64.
    """
    try:
        payload = altcha.Payload.from_base64(solution)
        is_right, _ = altcha.verify_solution(
            payload, _key(subject), check_expires=False
        )
        _, expires, _ = payload.parse_salt()
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return False
    if not is_right or payload.algorithm != ALGORITHM:
        return False
    if expires is None or expires <= now.timestamp():
        return False
    return _is_first(payload.challenge)


def _is_first(challenge: str) -> bool:
    key = redis.key(f"challenge:{secrets.digest(challenge)}")
    try:
        return bool(redis.client().set(key, "used", nx=True, ex=2 * LASTS))
    except RedisError as error:
        logger.warning("A challenge cannot be used, Redis is away: %s", error)
        return False


def _key(subject: str) -> str:
    return salted_hmac("core.challenges", subject, algorithm="sha256").hexdigest()
