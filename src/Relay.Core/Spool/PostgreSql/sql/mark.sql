-- Nothing is divided by but the rows that were found: without one the statement fails, and with it all that belongs to it.
WITH mark AS (UPDATE writer SET batch = $2 WHERE node = $1 AND epoch = $3 RETURNING 1)
SELECT 1 / COUNT(*) FROM mark
