"""Second factors: codes of an authenticator app (RFC 6238), and recovery codes."""

from __future__ import annotations

import base64
import secrets as random
from typing import TYPE_CHECKING

import pyotp
import pyotp.utils
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _

from agents.models import (
    Agent,
    AuditAction,
    Organisation,
    RecoveryCode,
    Role,
    SecondFactor,
)
from agents.services import trail
from core import encryption, secrets
from core.errors import DomainError, Forbidden, Invalid, WrongState

if TYPE_CHECKING:
    from datetime import datetime

ISSUER = "Parley"
STEP_SECONDS = 30
STEPS_OFF = (0, -1, 1)  # how far a telephone's clock may be off
RECOVERY_CODES = 10
RECOVERY_BYTES = 10


class OtpRequired(DomainError):
    code = "otp_required"
    status = 401
    sentence = _("Enter the code of your authenticator app, or a recovery code.")


class WrongCode(Invalid):
    def __init__(self) -> None:
        super().__init__(
            "code", gettext("This code is not right. Wait for the next one.")
        )


class Required(Forbidden):
    """The person may not do without."""


def has_one(agent: Agent) -> bool:
    return SecondFactor.objects.filter(agent=agent, confirmed_at__isnull=False).exists()


def must_set_up(agent: Agent) -> bool:
    """Whether a factor is required that the person does not have."""
    return bool(requirement(agent)) and not has_one(agent)


def requirement(agent: Agent) -> str:
    """Return in words who requires a factor of the person; empty: nobody."""
    if settings.REQUIRE_SECOND_FACTOR:
        return gettext("Everybody signs in with a second factor here.")
    own = Organisation.objects.filter(agents=agent, require_second_factor=True)
    return (
        gettext("Your organisation requires a second factor.") if own.exists() else ""
    )


def concerned(organisation_id: int) -> tuple[int, int]:
    """Return how many people the organisation's requirement concerns, and how many of
    them have no factor yet. Programs need none."""
    people = Agent.objects.filter(organisation=organisation_id, is_active=True)
    people = people.exclude(role=Role.INTEGRATION)
    lacking = people.exclude(second_factor__confirmed_at__isnull=False)
    return people.count(), lacking.count()


def is_right(agent: Agent, code: str, *, now: datetime) -> bool:
    """Use up a code of the app or a recovery code; False where it is neither."""
    code = code.replace(" ", "").replace("-", "").lower()
    factor = SecondFactor.objects.filter(agent=agent, confirmed_at__isnull=False)
    if _use_step(factor.first(), code, now):
        return True
    used, _ = RecoveryCode.objects.filter(
        agent=agent, digest=secrets.digest(code)
    ).delete()
    return bool(used)


# --- setting up -----------------------------------------------------------------
def new_secret() -> str:
    """Return the secret of a factor to be; nothing is stored before it is confirmed."""
    return pyotp.random_base32()


def address_of(agent: Agent, secret: str) -> str:
    """Return what an authenticator app reads from a QR code."""
    return pyotp.TOTP(secret).provisioning_uri(name=agent.email, issuer_name=ISSUER)


@transaction.atomic
def confirm(agent: Agent, *, secret: str, code: str, now: datetime) -> list[str]:
    """Put a factor with this secret in force; return the recovery codes. Raise
    WrongCode, and WrongState where there is one."""
    Agent.objects.select_for_update(of=("self",), no_key=True).get(pk=agent.pk)
    if has_one(agent):
        raise WrongState(gettext("Your second factor is on already."))
    step = _step_of(secret, code, now)
    if step is None:
        raise WrongCode
    SecondFactor.objects.update_or_create(
        agent=agent,
        defaults={"secret": secret, "confirmed_at": now, "last_step": step},
    )
    trail.note(AuditAction.SECOND_FACTOR_SET, about=agent, by=agent)
    return _new_recovery_codes(agent)


@transaction.atomic
def renew_recovery_codes(agent: Agent, *, code: str, now: datetime) -> list[str]:
    """Replace the recovery codes. Raise WrongCode."""
    if not is_right(agent, code, now=now):
        raise WrongCode
    reason = gettext_noop("New recovery codes")
    trail.note(AuditAction.SECOND_FACTOR_SET, about=agent, by=agent, reason=reason)
    return _new_recovery_codes(agent)


@transaction.atomic
def remove(agent: Agent, *, code: str, now: datetime) -> None:
    """Do without a second factor again. Raise WrongCode, Required."""
    if sentence := requirement(agent):
        raise Required(sentence)
    if not is_right(agent, code, now=now):
        raise WrongCode
    reset(agent)


@transaction.atomic
def reset(agent: Agent) -> None:
    """Remove the factor and the recovery codes of somebody who has lost them."""
    if has_one(agent):
        trail.note(AuditAction.SECOND_FACTOR_REMOVED, about=agent)
    SecondFactor.objects.filter(agent=agent).delete()
    RecoveryCode.objects.filter(agent=agent).delete()


def _new_recovery_codes(agent: Agent) -> list[str]:
    RecoveryCode.objects.filter(agent=agent).delete()
    codes = [_recovery_code() for _ in range(RECOVERY_CODES)]
    RecoveryCode.objects.bulk_create(
        RecoveryCode(agent=agent, digest=secrets.digest(code.replace("-", "")))
        for code in codes
    )
    return codes


def _recovery_code() -> str:
    """Return 80 random bits as a person can type them: xxxx-xxxx-xxxx-xxxx."""
    code = base64.b32encode(random.token_bytes(RECOVERY_BYTES)).decode().lower()
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))


def _use_step(factor: SecondFactor | None, code: str, now: datetime) -> bool:
    """Use up the code of a step near now; the update's count says who was first."""
    step = _step_of(factor.secret, code, now) if factor else None
    if factor is None or step is None:
        return False
    unused = SecondFactor.objects.filter(pk=factor.pk, last_step__lt=step)
    return bool(unused.update(last_step=step))


def _step_of(secret: str, code: str, now: datetime) -> int | None:
    """Return the step near now that has this code; None where none has."""
    if not encryption.is_readable(secret):
        return None
    codes, here = pyotp.TOTP(secret), int(now.timestamp()) // STEP_SECONDS
    for step in (here + off for off in STEPS_OFF):
        if pyotp.utils.strings_equal(code, codes.generate_otp(step)):
            return step
    return None
