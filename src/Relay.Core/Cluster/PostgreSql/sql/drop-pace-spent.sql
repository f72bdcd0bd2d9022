DELETE FROM pace_spent
WHERE (window_id, free_at) IN (SELECT window_id, free_at FROM pace_spent WHERE free_at < clock_timestamp() FOR UPDATE SKIP LOCKED)
