SELECT state, COUNT(*), COALESCE(SUM(size), 0) FROM delivery GROUP BY state
