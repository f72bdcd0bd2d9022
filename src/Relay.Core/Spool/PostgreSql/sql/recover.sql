-- Leases of nodes that are no more: where a dot may have gone out nobody knows what became of it.
UPDATE delivery
SET state = CASE WHEN upstream IS NULL THEN 0 ELSE 3 END,
    due_at = CASE WHEN upstream IS NULL THEN $1 ELSE $2 END,
    uncertain_since = CASE WHEN upstream IS NULL THEN uncertain_since ELSE $1 END,
    reason = CASE WHEN upstream IS NULL THEN reason ELSE 'Relay ended while ' || upstream || ' had it' END,
    owner = NULL
WHERE number = ANY (ARRAY(
    SELECT number FROM delivery WHERE state = 1 AND NOT EXISTS (SELECT 1 FROM node WHERE node.id = delivery.owner) LIMIT $3 FOR UPDATE SKIP LOCKED
))
RETURNING state
