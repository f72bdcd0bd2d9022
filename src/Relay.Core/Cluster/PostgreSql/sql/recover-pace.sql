UPDATE pace_holder
SET counter = counter + 1, seen_at = clock_timestamp()
WHERE id = $1 AND ended_at IS NULL
RETURNING counter + 1, landed
