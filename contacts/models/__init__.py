from __future__ import annotations

from contacts.models.assignment import (
    LIVE_STATES,
    Assignment,
    AssignmentKind,
    AssignmentOutcome,
    AssignmentRole,
    AssignmentState,
)
from contacts.models.attachment import Attachment, AttachmentStatus, BlockReason
from contacts.models.audit import ContactEvent, ContactEventCode
from contacts.models.block import Block, BlockKind
from contacts.models.contact import (
    IN_LINE,
    WAITING_STATES,
    Contact,
    ContactState,
    EndedReason,
    HandoverReason,
)
from contacts.models.customer import Customer, Visitor, key_of_customer
from contacts.models.message import EventCode, Message, MessageKind, SenderKind
from contacts.models.miss import Miss
from contacts.models.note import CustomerNote, Note
from contacts.models.queue_visit import QueueVisit, VisitOutcome
from contacts.models.resume import ResumeLink
from contacts.models.video import ON, CallEnd, CallOutcome, VideoCall, VideoState
from contacts.models.watch import HelpRequest, Watch, WatchEnd, WatchMode, Whisper

__all__ = [
    "IN_LINE",
    "LIVE_STATES",
    "ON",
    "WAITING_STATES",
    "Assignment",
    "AssignmentKind",
    "AssignmentOutcome",
    "AssignmentRole",
    "AssignmentState",
    "Attachment",
    "AttachmentStatus",
    "Block",
    "BlockKind",
    "BlockReason",
    "CallEnd",
    "CallOutcome",
    "Contact",
    "ContactEvent",
    "ContactEventCode",
    "ContactState",
    "Customer",
    "CustomerNote",
    "EndedReason",
    "EventCode",
    "HandoverReason",
    "HelpRequest",
    "Message",
    "MessageKind",
    "Miss",
    "Note",
    "QueueVisit",
    "ResumeLink",
    "SenderKind",
    "VideoCall",
    "VideoState",
    "VisitOutcome",
    "Visitor",
    "Watch",
    "WatchEnd",
    "WatchMode",
    "Whisper",
    "key_of_customer",
]
