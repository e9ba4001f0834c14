"""Second factors: codes of an authenticator app (RFC 6238), and recovery codes."""

from __future__ import annotations

import base64
import secrets as random
from typing import TYPE_CHECKING

import pyotp
import pyotp.utils
from django.db import transaction
from django.db.models import F

from agents.models import AccessToken, Agent, Organisation, RecoveryCode, SecondFactor
from core import secrets
from core.errors import DomainError, Forbidden, Invalid

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
    sentence = "Enter the code of your authenticator app, or a recovery code."


class WrongCode(Invalid):
    def __init__(self) -> None:
        super().__init__("code", "This code is not right. Wait for the next one.")


class Required(Forbidden):
    sentence = "Your organisation requires a second factor."


def has_one(agent: Agent) -> bool:
    return SecondFactor.objects.filter(agent=agent, confirmed_at__isnull=False).exists()


def must_set_up(agent: Agent) -> bool:
    """Whether the organisation requires a factor that the person does not have."""
    return is_required(agent) and not has_one(agent)


def is_required(agent: Agent) -> bool:
    own = Organisation.objects.filter(agents=agent, require_second_factor=True)
    return own.exists()


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
def begin(agent: Agent) -> SecondFactor:
    """Return the factor to be confirmed; the same until it is."""
    factor, _ = SecondFactor.objects.get_or_create(
        agent=agent, defaults={"secret": pyotp.random_base32()}
    )
    return factor


def address_of(factor: SecondFactor) -> str:
    """Return what an authenticator app reads from a QR code."""
    return pyotp.TOTP(factor.secret).provisioning_uri(
        name=factor.agent.email, issuer_name=ISSUER
    )


@transaction.atomic
def confirm(agent: Agent, *, code: str, now: datetime) -> list[str]:
    """Put the factor in force; return the recovery codes. Raise WrongCode."""
    factor = SecondFactor.objects.select_for_update().get(agent=agent)
    if factor.confirmed_at is not None or not _use_step(factor, code, now):
        raise WrongCode
    factor.confirmed_at = now
    factor.save(update_fields=["confirmed_at"])
    return _new_recovery_codes(agent)


@transaction.atomic
def renew_recovery_codes(agent: Agent, *, code: str, now: datetime) -> list[str]:
    """Replace the recovery codes. Raise WrongCode."""
    if not is_right(agent, code, now=now):
        raise WrongCode
    return _new_recovery_codes(agent)


@transaction.atomic
def remove(agent: Agent, *, code: str, now: datetime) -> None:
    """Do without a second factor again. Raise WrongCode, Required."""
    if is_required(agent):
        raise Required
    if not is_right(agent, code, now=now):
        raise WrongCode
    reset(agent)


@transaction.atomic
def reset(agent: Agent) -> None:
    """Take somebody's factor away, for who has lost it; it is said to nobody else."""
    SecondFactor.objects.filter(agent=agent).delete()
    RecoveryCode.objects.filter(agent=agent).delete()


@transaction.atomic
def enforce(*, organisation_id: int) -> None:
    """Sign out who lacks a factor that the organisation requires.

    Tokens that administrators made for programs stay.
    """
    if not Organisation.objects.filter(
        pk=organisation_id, require_second_factor=True
    ).exists():
        return
    lacking = Agent.objects.filter(organisation=organisation_id).exclude(
        second_factor__confirmed_at__isnull=False
    )
    AccessToken.objects.filter(agent__in=lacking, name="").delete()
    lacking.update(session_version=F("session_version") + 1)


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
    if factor is None:
        return False
    codes, here = pyotp.TOTP(factor.secret), int(now.timestamp()) // STEP_SECONDS
    for step in (here + off for off in STEPS_OFF):
        if pyotp.utils.strings_equal(code, codes.generate_otp(step)):
            unused = SecondFactor.objects.filter(pk=factor.pk, last_step__lt=step)
            return bool(unused.update(last_step=step))
    return False
