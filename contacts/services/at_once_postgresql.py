"""What a batch of plain drafts is to PostgreSQL: two statements, one round trip.

The first locks the contacts and notes which of them it has. The second sees what was
committed until then, as all parts of a statement see what there was when it began: who
has left a conversation has no say in it, and hears none of it. Nothing but the end of
the trip commits them, so both are one transaction. docs/messages.md explains them;
`contacts/services/conversation.py` says the same in Python.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, cast

import psycopg
from django.db import connection, transaction

from contacts.services.facts import Fact
from contacts.services.masking import LINES_BACK, LOOK_BACK

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from contacts.services.plain import Plain

LOCK = """
SELECT set_config('parley.held', coalesce(string_agg(id::text, ','), ''), true)
FROM (
    SELECT id FROM contacts_contact WHERE id = ANY(%s::uuid[])
    ORDER BY id FOR NO KEY UPDATE {skip_locked}
) AS held
"""

STORE = """
WITH drafts AS (
    SELECT * FROM json_to_recordset(%(drafts)s::json) AS draft(
        place int, contact_id uuid, client_id text, sender_kind text, agent_id bigint,
        sender_key text, text text, cards_only boolean, continues boolean
    )
), held AS MATERIALIZED (
    SELECT
        contact.id, contact.state, contact.channel, contact.last_seq,
        contact.customer_id, contact.watched_by_id,
        coalesce(nullif(customer.name, ''), 'Customer') AS name,
        organisation.sensitive_data_policy AS policy,
        organisation.sensitive_data_detectors <@ '["card"]' AS looks_for_cards_only
    FROM contacts_contact AS contact
    JOIN contacts_customer AS customer ON customer.id = contact.customer_id
    JOIN agents_organisation AS organisation
        ON organisation.id = contact.organisation_id
    WHERE contact.id = ANY(
        string_to_array(current_setting('parley.held'), ',')::uuid[]
    )
), talking AS MATERIALIZED (
    SELECT share.contact_id, share.agent_id, agent.display_name AS name
    FROM held
    JOIN contacts_assignment AS share
        ON share.contact_id = held.id AND share.state = 'connected'
    JOIN agents_agent AS agent ON agent.id = share.agent_id
), judged AS MATERIALIZED (
    SELECT
        draft.*, held.last_seq, held.customer_id, held.watched_by_id,
        coalesce(held.state = 'bot' AND draft.agent_id IS NULL, false) AS asks,
        CASE WHEN draft.agent_id IS NULL THEN held.name ELSE talking.name END AS name,
        CASE
            WHEN held.id IS NULL THEN 'busy'
            WHEN held.state = 'ended' THEN 'ended'
            WHEN held.channel <> 'chat' THEN 'ordinary'
            WHEN draft.agent_id IS NOT NULL AND talking.agent_id IS NULL
                THEN 'not_yours'
            WHEN draft.cards_only AND NOT held.looks_for_cards_only THEN 'ordinary'
            WHEN draft.continues AND (held.policy = 'drop' OR right((
                SELECT line.text FROM contacts_message AS line
                WHERE line.contact_id = held.id AND line.seq > held.last_seq - %(back)s
                    AND line.sender_key = draft.sender_key AND line.kind = 'text'
                    AND line.created_at > %(now)s::timestamptz - %(time_back)s::interval
                    AND line.text <> ''
                ORDER BY line.seq DESC LIMIT 1
            ), 16) ~ '[0-9]|[^\\x20-\\x7e]') THEN 'ordinary'
            ELSE 'stored'
        END AS verdict
    FROM drafts AS draft
    LEFT JOIN held ON held.id = draft.contact_id
    LEFT JOIN talking ON talking.contact_id = draft.contact_id
        AND talking.agent_id = draft.agent_id
), decided AS MATERIALIZED (
    SELECT judged.*, CASE
        WHEN bool_or(verdict = 'ordinary') OVER (PARTITION BY contact_id)
            THEN 'ordinary'
        ELSE verdict
    END AS fate
    FROM judged
), numbered AS MATERIALIZED (
    SELECT decided.*, last_seq + row_number() OVER (
        PARTITION BY contact_id ORDER BY place
    ) AS seq
    FROM decided WHERE fate = 'stored'
), inserted AS (
    INSERT INTO contacts_message (
        contact_id, seq, rev, client_id, sender_kind, sender_agent_id, sender_name,
        sender_key, kind, text, event_code, event_name, event_reason, event_opens_at,
        masked, buttons, sources, files, mail, mail_error, created_at
    )
    SELECT
        contact_id, seq, 0, client_id, sender_kind, agent_id, name,
        sender_key, 'text', text, '', NULL, '', NULL,
        false, '[]', '[]', '[]', '', '', %(now)s::timestamptz
    FROM numbered ORDER BY place
    RETURNING id, contact_id, seq
), grown AS (
    UPDATE contacts_contact AS contact
    SET last_seq = contact.last_seq + new.number,
        version = contact.version + new.number,
        last_message_at = %(now)s::timestamptz,
        turn_due_at = CASE
            WHEN new.asks THEN coalesce(contact.turn_due_at, %(now)s::timestamptz)
            ELSE contact.turn_due_at
        END
    FROM (
        SELECT contact_id, count(*) AS number, bool_or(asks) AS asks
        FROM numbered GROUP BY contact_id
    ) AS new
    WHERE contact.id = new.contact_id
)
SELECT
    decided.place, decided.fate, inserted.id, inserted.seq, decided.name,
    decided.customer_id, decided.asks,
    ARRAY(
        SELECT agent_id FROM talking WHERE talking.contact_id = decided.contact_id
        UNION ALL
        SELECT decided.watched_by_id WHERE decided.watched_by_id IS NOT NULL
    ) AS hearing
FROM decided
LEFT JOIN numbered ON numbered.place = decided.place
LEFT JOIN inserted ON inserted.contact_id = numbered.contact_id
    AND inserted.seq = numbered.seq
ORDER BY decided.place
"""


# psycopg keeps what it makes of a statement only where that is short.
SHORT = " ".join(STORE.split())


def store(drafts: Sequence[Plain], *, now: datetime, skip_locked: bool) -> list[Fact]:
    """Store plain drafts; return what became of each, in their order."""
    lock = LOCK.format(skip_locked="SKIP LOCKED" if skip_locked else "")
    contact_ids = list({one.draft.contact_id for one in drafts})
    values = {
        "drafts": json.dumps([_row(one) for one in drafts]),
        "now": now,
        "back": LINES_BACK,
        "time_back": LOOK_BACK,
    }
    if connection.in_atomic_block:
        with transaction.atomic():  # what fails leaves the rest as it was
            rows = _in_one_trip(lock, [contact_ids], values)
    else:
        rows = _in_one_trip(lock, [contact_ids], values)
    return [Fact(*row) for row in rows]


def _row(one: Plain) -> dict[str, Any]:
    draft = one.draft
    return {
        "place": one.place,
        "contact_id": str(draft.contact_id),
        "client_id": draft.client_id,
        "sender_kind": draft.sender.kind,
        "agent_id": draft.sender.agent_id,
        "sender_key": draft.sender.key,
        "text": draft.text,
        "cards_only": one.cards_only,
        "continues": one.continues,
    }


def _in_one_trip(
    lock: str, contact_ids: list[Any], values: dict[str, Any]
) -> list[tuple[Any, ...]]:
    connection.ensure_connection()
    database = cast("psycopg.Connection[Any]", connection.connection)
    # Not Django's cursors, which write values into the text: these are prepared once.
    first, second = (_cursor(database) for _ in range(2))
    with connection.wrap_database_errors, database.pipeline():
        first.execute(lock, contact_ids)
        second.execute(SHORT, values)
    with connection.wrap_database_errors:
        return cast("list[tuple[Any, ...]]", second.fetchall())


def _cursor(database: psycopg.Connection[Any]) -> Any:
    cursor: Any = psycopg.Cursor(database)
    is_watched = connection.queries_logged
    make = connection.make_debug_cursor if is_watched else connection.make_cursor
    return make(cursor)
