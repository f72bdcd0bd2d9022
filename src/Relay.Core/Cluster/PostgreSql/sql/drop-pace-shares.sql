DELETE FROM pace_share
WHERE (window_id, holder_id) IN (
    SELECT s.window_id, s.holder_id
    FROM pace_share s
    JOIN pace_holder h ON h.id = s.holder_id
    JOIN pace_window w ON w.id = s.window_id
    WHERE h.ended_at + w.milliseconds * interval '1 millisecond' < clock_timestamp()
    FOR UPDATE OF s SKIP LOCKED
)
