SELECT COALESCE(MAX(number), 0) FROM delivery
