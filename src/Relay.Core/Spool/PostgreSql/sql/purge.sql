DELETE FROM delivery
WHERE number = ANY (ARRAY(SELECT number FROM delivery WHERE state = 4 AND expires_at <= $1 LIMIT $2 FOR UPDATE SKIP LOCKED))
RETURNING message
