-- Leases of this node that it knows nothing of, for the database's answer was lost on its way.
UPDATE delivery
SET state = CASE WHEN upstream IS NULL THEN 0 ELSE 3 END,
    due_at = CASE WHEN upstream IS NULL THEN $1 ELSE $2 END,
    uncertain_since = CASE WHEN upstream IS NULL THEN uncertain_since ELSE $1 END,
    reason = CASE WHEN upstream IS NULL THEN reason ELSE 'the database was lost while ' || upstream || ' had it' END,
    owner = NULL
WHERE number = ANY (ARRAY(
    SELECT number FROM delivery WHERE state = 1 AND owner = $4 AND number <> ALL ($5) LIMIT $3 FOR UPDATE SKIP LOCKED
))
RETURNING state
