SELECT state, COUNT(*)::integer, COALESCE(SUM(size), 0)::bigint, MIN(received_at) FROM delivery GROUP BY state
