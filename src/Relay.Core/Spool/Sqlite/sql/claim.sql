UPDATE delivery
SET state = 1, owner = @owner, generation = generation + 1, awaits_room = 0
WHERE number IN (
    SELECT number FROM delivery WHERE state IN (0, 3) AND grp = @grp AND due_at <= @now ORDER BY due_at LIMIT @limit
)
RETURNING number, message, grp, due_at, expires_at, received_at, runs, upstream, uncertain_since, is_delay_told, reason, generation, recipients, details, size, is_group_chosen
