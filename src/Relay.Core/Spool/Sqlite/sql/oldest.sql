SELECT received_at FROM delivery WHERE state <> 4 ORDER BY number LIMIT 1
