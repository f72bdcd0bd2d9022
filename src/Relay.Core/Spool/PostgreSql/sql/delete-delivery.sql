-- Nothing is divided by but the rows that were found: without one the statement fails, and with it all that belongs to it.
WITH settled AS (DELETE FROM delivery WHERE number = $1 AND generation = $2 AND state = 1 RETURNING 1)
SELECT 1 / COUNT(*) FROM settled
