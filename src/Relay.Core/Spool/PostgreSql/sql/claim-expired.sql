UPDATE delivery
SET state = 1, owner = $1, generation = generation + 1, awaits_room = false
WHERE number = ANY (ARRAY(
    SELECT number FROM delivery
    WHERE state IN (0, 3) AND grp = $2 AND due_at <= $3 AND expires_at <= $3
    ORDER BY due_at LIMIT $4
    FOR UPDATE SKIP LOCKED
))
RETURNING number, message, grp, due_at, expires_at, received_at, runs, upstream, uncertain_since, is_delay_told, reason, generation, recipients, details, size, is_group_chosen
