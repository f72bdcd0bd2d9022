-- Somebody may have begun to work on it since it was looked at.
UPDATE delivery
SET state = $4, due_at = $5, grp = $6, reason = $7, upstream = $8, is_group_chosen = $9
WHERE number = $1 AND generation = $2 AND state = $3
RETURNING 1
