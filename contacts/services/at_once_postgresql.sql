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
-- The last line of a sender is found from the end of the conversation. Without figures
-- about the table it looks as cheap to sort all that they have ever said.
SET enable_sort = off
-- Where sorting is off, what has to sort looks dear enough to be compiled, for seconds.
SET jit = off
AS $$
#variable_conflict use_column
DECLARE
    asked_ids uuid[] := ARRAY(
        SELECT draft.contact_id FROM json_to_recordset(said) AS draft(contact_id uuid)
    );
    held_ids uuid[];
BEGIN
    -- In the order of their ids, but not in that of an index, which would be read from
    -- end to end.
    IF skip_held THEN
        held_ids := ARRAY(
            SELECT id FROM contacts_contact WHERE id = ANY(asked_ids)
            ORDER BY uuid_send(id) FOR NO KEY UPDATE SKIP LOCKED
        );
    ELSE
        held_ids := ARRAY(
            SELECT id FROM contacts_contact WHERE id = ANY(asked_ids)
            ORDER BY uuid_send(id) FOR NO KEY UPDATE
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
            organisation.sensitive_data_detectors <@ '["card"]' AS looks_for_cards_only,
            ARRAY(
                SELECT share.agent_id FROM contacts_assignment AS share
                WHERE share.contact_id = contact.id AND share.state = 'connected'
            ) AS talking_ids
        FROM contacts_contact AS contact
        JOIN contacts_customer AS customer ON customer.id = contact.customer_id
        JOIN agents_organisation AS organisation
            ON organisation.id = contact.organisation_id
        WHERE contact.id = ANY(held_ids)
    ), judged AS MATERIALIZED (
        SELECT
            draft.*, held.last_seq, held.customer_id, held.talking_ids, held.watched_by_id,
            coalesce(held.state = 'bot' AND draft.agent_id IS NULL, false) AS asks,
            CASE WHEN draft.agent_id IS NULL THEN held.name ELSE agent.display_name END
                AS name,
            CASE
                WHEN held.id IS NULL THEN 'busy'
                WHEN held.state = 'ended' THEN 'ended'
                WHEN held.channel <> 'chat' THEN 'ordinary'
                WHEN draft.agent_id IS NOT NULL
                    AND draft.agent_id <> ALL(held.talking_ids) THEN 'not_yours'
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
        LEFT JOIN agents_agent AS agent ON agent.id = draft.agent_id
    ), decided AS MATERIALIZED (
        SELECT judged.*,
            CASE
                WHEN bool_or(verdict = 'ordinary') OVER said_there THEN 'ordinary'
                ELSE verdict
            END AS fate,
            last_seq + count(*) FILTER (WHERE verdict = 'stored') OVER (
                said_there ORDER BY place
            ) AS seq
        FROM judged WINDOW said_there AS (PARTITION BY contact_id)
    ), stored AS MATERIALIZED (
        SELECT decided.*, nextval('contacts_message_id_seq') AS id
        FROM decided WHERE fate = 'stored' ORDER BY place
    ), inserted AS (
        INSERT INTO contacts_message (
            id, contact_id, seq, rev, client_id, sender_kind, sender_agent_id,
            sender_name, sender_key, kind, text, event_code, event_name, event_reason,
            event_opens_at, masked, buttons, sources, files, mail, mail_error, created_at
        )
        SELECT
            id, contact_id, seq, 0, client_id, sender_kind, agent_id,
            name, sender_key, 'text', text, '', NULL, '',
            NULL, false, '[]', '[]', '[]', '', '', said_at
        FROM stored
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
            FROM stored GROUP BY contact_id
        ) AS new
        WHERE contact.id = new.contact_id
    )
    SELECT
        place, fate, id, seq::int, name::text, customer_id::bigint, asks,
        talking_ids || array_remove(ARRAY[watched_by_id], NULL)
    FROM (
        SELECT * FROM stored
        UNION ALL
        SELECT decided.*, NULL FROM decided WHERE fate <> 'stored'
    ) AS answer
    ORDER BY place;
END
$$
