SELECT number, message FROM delivery WHERE state = 4 AND expires_at <= @now LIMIT @limit
