-- Nothing is divided by but the rows that were found: without one the statement fails, and with it all that belongs to it.
WITH named AS (
    UPDATE delivery SET upstream = $3, recipients = COALESCE($4, recipients)
    WHERE number = $1 AND generation = $2 AND state = 1
    RETURNING 1
)
SELECT 1 / COUNT(*) FROM named
