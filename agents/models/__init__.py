from __future__ import annotations

from agents.models.agent import Agent, AgentState, Power, Role
from agents.models.append_only import AppendOnly
from agents.models.audit import AuditAction, AuditEntry
from agents.models.audited import Audited
from agents.models.failed_sign_in import FailedSignIn
from agents.models.folding import Folding
from agents.models.idle_code import IdleCode
from agents.models.mail import Mail, MailKind, MailState, SuppressedAddress
from agents.models.mail_template import MailTemplate
from agents.models.organisation import (
    Detector,
    Organisation,
    SensitiveDataPolicy,
    TransferNoAnswer,
    UnreadableAttachment,
)
from agents.models.password_link import PasswordLink
from agents.models.picture import Picture
from agents.models.presence import Presence, ServerProcess, Socket
from agents.models.profile import BlendingMode, Channel, MultimediaProfile
from agents.models.push_subscription import PushSubscription
from agents.models.second_factor import RecoveryCode, SecondFactor
from agents.models.skill import HIGHEST_LEVEL, LEVELS, AgentSkill, Skill
from agents.models.state_log import StateLog
from agents.models.team import Team
from agents.models.token import AccessToken, Scope

__all__ = [
    "HIGHEST_LEVEL",
    "LEVELS",
    "AccessToken",
    "Agent",
    "AgentSkill",
    "AgentState",
    "AppendOnly",
    "AuditAction",
    "AuditEntry",
    "Audited",
    "BlendingMode",
    "Channel",
    "Detector",
    "FailedSignIn",
    "Folding",
    "IdleCode",
    "Mail",
    "MailKind",
    "MailState",
    "MailTemplate",
    "MultimediaProfile",
    "Organisation",
    "PasswordLink",
    "Picture",
    "Power",
    "Presence",
    "PushSubscription",
    "RecoveryCode",
    "Role",
    "Scope",
    "SecondFactor",
    "SensitiveDataPolicy",
    "ServerProcess",
    "Skill",
    "Socket",
    "StateLog",
    "SuppressedAddress",
    "Team",
    "TransferNoAnswer",
    "UnreadableAttachment",
]
