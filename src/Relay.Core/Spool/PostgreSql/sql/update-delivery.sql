-- Nothing is divided by but the rows that were found: without one the statement fails, and with it all that belongs to it.
WITH settled AS (
    UPDATE delivery
    SET grp = $3, state = $4, due_at = $5, expires_at = $6, runs = $7, upstream = $8, uncertain_since = $9, is_delay_told = $10, reason = $11,
        owner = NULL, recipients = $12, awaits_room = $13, is_group_chosen = $14
    WHERE number = $1 AND generation = $2 AND state = 1
    RETURNING 1
)
SELECT 1 / COUNT(*) FROM settled
