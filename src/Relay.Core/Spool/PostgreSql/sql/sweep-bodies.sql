-- Pieces that no row names: of large bodies whose row never came, and of rows whose last two ended at the same moment. A body that is just being stored is young.
DELETE FROM body
WHERE (message, piece) IN (
    SELECT message, piece FROM body
    WHERE stored_at < clock_timestamp() - interval '1 hour'
        AND NOT EXISTS (SELECT 1 FROM delivery WHERE delivery.message = body.message AND state <> 4)
    LIMIT $1
)
