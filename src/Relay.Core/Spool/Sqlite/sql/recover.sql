-- Leases of the process before: where a dot may have gone out nobody knows what became of it.
UPDATE delivery
SET state = CASE WHEN upstream IS NULL THEN 0 ELSE 3 END,
    due_at = CASE WHEN upstream IS NULL THEN @now ELSE @uncertain_due END,
    uncertain_since = CASE WHEN upstream IS NULL THEN uncertain_since ELSE @now END,
    reason = CASE WHEN upstream IS NULL THEN reason ELSE 'Relay ended while ' || upstream || ' had it' END,
    owner = NULL
WHERE state = 1
