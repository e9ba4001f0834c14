-- What a batch of plain drafts is to PostgreSQL: one call, of two statements. A row a
-- draft goes back: what became of it. docs/messages.md explains them, and
-- contacts/services/conversation.py says the same in Python.
--
-- The first statement locks the contacts. The second sees what was committed until then,
-- as all parts of a statement see what there was when it began: who has left a
-- conversation has no say in it, and hears none of it.
--
-- Whoever changes this file makes a migration with its new digest (core/routines.py).
CREATE OR REPLACE FUNCTION contacts_store_lines(
    said json, said_at timestamptz, lines_back int, time_back interval, skip_held boolean
) RETURNS TABLE (
    place int, fate text, message_id bigint, seq int, name text, customer_id bigint,
    asks boolean, hearing bigint[]
) LANGUAGE plpgsql
-- To plan the statements takes twice as long as to run them, and no batch is planned
-- better than another: a connection does it once.
SET plan_cache_mode = force_generic_plan
AS $$
#variable_conflict use_column
DECLARE
    asked_ids uuid[] := ARRAY(
        SELECT draft.contact_id FROM json_to_recordset(said) AS draft(contact_id uuid)
    );
    held_ids uuid[];
BEGIN
    IF skip_held THEN
        held_ids := ARRAY(
            SELECT id FROM contacts_contact WHERE id = ANY(asked_ids)
            ORDER BY id FOR NO KEY UPDATE SKIP LOCKED
        );
    ELSE
        held_ids := ARRAY(
            SELECT id FROM contacts_contact WHERE id = ANY(asked_ids)
            ORDER BY id FOR NO KEY UPDATE
        );
    END IF;
    RETURN QUERY
    WITH drafts AS (
        SELECT * FROM json_to_recordset(said) AS draft(
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
        WHERE contact.id = ANY(held_ids)
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
                    WHERE line.contact_id = held.id AND line.seq > held.last_seq - lines_back
                        AND line.sender_key = draft.sender_key AND line.kind = 'text'
                        AND line.created_at > said_at - time_back
                        AND line.text <> ''
                    ORDER BY line.seq DESC LIMIT 1
                ), 16) ~ '[0-9]|[^\x20-\x7e]') THEN 'ordinary'
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
            false, '[]', '[]', '[]', '', '', said_at
        FROM numbered ORDER BY place
        RETURNING id, contact_id, seq
    ), grown AS (
        UPDATE contacts_contact AS contact
        SET last_seq = contact.last_seq + new.number,
            version = contact.version + new.number,
            last_message_at = said_at,
            turn_due_at = CASE
                WHEN new.asks THEN coalesce(contact.turn_due_at, said_at)
                ELSE contact.turn_due_at
            END
        FROM (
            SELECT contact_id, count(*) AS number, bool_or(asks) AS asks
            FROM numbered GROUP BY contact_id
        ) AS new
        WHERE contact.id = new.contact_id
    )
    SELECT
        decided.place, decided.fate, inserted.id::bigint, inserted.seq::int,
        decided.name::text, decided.customer_id::bigint, decided.asks,
        ARRAY(
            SELECT agent_id FROM talking WHERE talking.contact_id = decided.contact_id
            UNION ALL
            SELECT decided.watched_by_id WHERE decided.watched_by_id IS NOT NULL
        )::bigint[]
    FROM decided
    LEFT JOIN numbered ON numbered.place = decided.place
    LEFT JOIN inserted ON inserted.contact_id = numbered.contact_id
        AND inserted.seq = numbered.seq
    ORDER BY decided.place;
END
$$
