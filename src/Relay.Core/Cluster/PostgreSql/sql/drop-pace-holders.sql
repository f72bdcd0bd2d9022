DELETE FROM pace_holder
WHERE id IN (
    SELECT h.id
    FROM pace_holder h
    WHERE h.ended_at IS NOT NULL AND NOT EXISTS (SELECT FROM pace_share s WHERE s.holder_id = h.id)
    FOR UPDATE SKIP LOCKED
)
