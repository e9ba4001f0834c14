"""What a batch of plain drafts is to SQLite: three statements of one transaction, which
is the only one that writes. They say what those of PostgreSQL say."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django.db import connection

from contacts.services.facts import STORED, Fact
from contacts.services.masking import LINES_BACK, LOOK_BACK

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from contacts.services.plain import Plain

JUDGE = """
WITH drafts AS (
    SELECT
        value ->> 'place' AS place, value ->> 'contact_id' AS contact_id,
        value ->> 'agent_id' AS agent_id, value ->> 'sender_key' AS sender_key,
        value ->> 'cards_only' AS cards_only, value ->> 'continues' AS continues
    FROM json_each(%s)
), judged AS (
    SELECT
        draft.place, draft.contact_id, contact.last_seq, contact.customer_id,
        contact.watched_by_id,
        coalesce(contact.state = 'bot' AND draft.agent_id IS NULL, 0) AS asks,
        CASE
            WHEN draft.agent_id IS NULL
                THEN coalesce(nullif(customer.name, ''), 'Customer')
            ELSE agent.display_name
        END AS name,
        CASE
            WHEN contact.id IS NULL THEN 'busy'
            WHEN contact.state = 'ended' THEN 'ended'
            WHEN contact.channel <> 'chat' THEN 'ordinary'
            WHEN draft.agent_id IS NOT NULL AND share.id IS NULL THEN 'not_yours'
            WHEN draft.cards_only AND organisation.sensitive_data_detectors
                NOT IN ('[]', '["card"]') THEN 'ordinary'
            WHEN draft.continues AND organisation.sensitive_data_policy = 'drop'
                THEN 'ordinary'
            WHEN draft.continues AND substr((
                SELECT line.text FROM contacts_message AS line
                WHERE line.contact_id = contact.id AND line.seq > contact.last_seq - %s
                    AND line.sender_key = draft.sender_key AND line.kind = 'text'
                    AND line.created_at > %s AND line.text <> ''
                ORDER BY line.seq DESC LIMIT 1
            ), -16) REGEXP '[0-9]|[^\\x20-\\x7e]' THEN 'ordinary'
            ELSE 'stored'
        END AS verdict
    FROM drafts AS draft
    LEFT JOIN contacts_contact AS contact ON contact.id = draft.contact_id
    LEFT JOIN contacts_customer AS customer ON customer.id = contact.customer_id
    LEFT JOIN agents_organisation AS organisation
        ON organisation.id = contact.organisation_id
    LEFT JOIN contacts_assignment AS share ON share.contact_id = contact.id
        AND share.agent_id = draft.agent_id AND share.state = 'connected'
    LEFT JOIN agents_agent AS agent ON agent.id = share.agent_id
), decided AS (
    -- Those of a contact stay together, in their order.
    SELECT judged.*, CASE
        WHEN max(verdict = 'ordinary') OVER (PARTITION BY contact_id) THEN 'ordinary'
        ELSE verdict
    END AS fate
    FROM judged
)
SELECT
    place, fate, NULL, last_seq + row_number() OVER (
        PARTITION BY contact_id, fate ORDER BY place
    ), name, customer_id, asks,
    (
        SELECT json_group_array(agent_id) FROM (
            SELECT share.agent_id FROM contacts_assignment AS share
            WHERE share.contact_id = decided.contact_id AND share.state = 'connected'
            UNION ALL
            SELECT decided.watched_by_id WHERE decided.watched_by_id IS NOT NULL
        )
    )
FROM decided ORDER BY place
"""

INSERT = """
INSERT INTO contacts_message (
    contact_id, seq, rev, client_id, sender_kind, sender_agent_id, sender_name,
    sender_key, kind, text, event_code, event_name, event_reason, event_opens_at,
    masked, buttons, sources, files, mail, mail_error, created_at
)
SELECT
    value ->> 'contact_id', value ->> 'seq', 0, value ->> 'client_id',
    value ->> 'sender_kind', value ->> 'agent_id', value ->> 'name',
    value ->> 'sender_key', 'text', value ->> 'text', '', NULL, '', NULL,
    0, '[]', '[]', '[]', '', '', %s
FROM json_each(%s)
RETURNING contact_id, seq, id
"""

GROW = """
UPDATE contacts_contact
SET last_seq = last_seq + new.number, version = version + new.number,
    last_message_at = %s,
    turn_due_at = iif(new.asks, coalesce(turn_due_at, %s), turn_due_at)
FROM (
    SELECT value ->> 'contact_id' AS contact_id, count(*) AS number,
        max(value ->> 'asks') AS asks
    FROM json_each(%s) GROUP BY 1
) AS new
WHERE id = new.contact_id
"""


def store(drafts: Sequence[Plain], *, now: datetime) -> list[Fact]:
    """Store plain drafts in the transaction that is open; return what became of each,
    in their order."""
    rows = [_row(one) for one in drafts]
    found = _judged(rows, now)
    new = [
        {**row, "seq": fact.seq, "name": fact.name, "asks": bool(fact.asks)}
        for row, fact in zip(rows, found, strict=True)
        if fact.fate == STORED
    ]
    ids = _inserted(new, now) if new else {}
    return [
        fact._replace(message_id=ids.get((row["contact_id"], fact.seq)))
        for row, fact in zip(rows, found, strict=True)
    ]


def _row(one: Plain) -> dict[str, Any]:
    draft = one.draft
    return {
        "place": one.place,
        "contact_id": draft.contact_id.hex,
        "client_id": draft.client_id,
        "sender_kind": draft.sender.kind,
        "agent_id": draft.sender.agent_id,
        "sender_key": draft.sender.key,
        "text": draft.text,
        "cards_only": one.cards_only,
        "continues": one.continues,
    }


def _judged(rows: Sequence[dict[str, Any]], now: datetime) -> list[Fact]:
    since = connection.ops.adapt_datetimefield_value(now - LOOK_BACK)
    with connection.cursor() as cursor:
        cursor.execute(JUDGE, [json.dumps(rows), LINES_BACK, since])
        found = cursor.fetchall()
    by_place = {place: (place, *rest) for place, *rest in found}
    known = [by_place[row["place"]] for row in rows]
    return [Fact._make([*rest, json.loads(heard)]) for *rest, heard in known]


def _inserted(
    rows: Sequence[dict[str, Any]], now: datetime
) -> dict[tuple[str, int | None], int]:
    at = connection.ops.adapt_datetimefield_value(now)
    with connection.cursor() as cursor:
        cursor.execute(INSERT, [at, json.dumps(rows)])
        ids = {(contact_id, seq): pk for contact_id, seq, pk in cursor.fetchall()}
        cursor.execute(GROW, [at, at, json.dumps(rows)])
    return ids
