DELETE FROM body WHERE message = $1 AND NOT EXISTS (SELECT 1 FROM delivery WHERE delivery.message = $1 AND state <> 4)
