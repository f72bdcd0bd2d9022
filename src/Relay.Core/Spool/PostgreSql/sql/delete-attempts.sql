DELETE FROM attempt WHERE message = $1 AND NOT EXISTS (SELECT 1 FROM delivery WHERE delivery.message = $1)
