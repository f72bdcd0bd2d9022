INSERT INTO node (name, version, admin, started_at, seen_at)
VALUES ($1, $2, $3, clock_timestamp() - $4, clock_timestamp())
RETURNING id
