UPDATE delivery
SET due_at = LEAST(due_at, $1), awaits_room = false
WHERE number = ANY (ARRAY(
    SELECT number FROM delivery WHERE awaits_room AND ($2::text IS NULL OR grp = $2) LIMIT $3 FOR UPDATE SKIP LOCKED
))
RETURNING 1
