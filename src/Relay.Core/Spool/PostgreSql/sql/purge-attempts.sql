DELETE FROM attempt
WHERE message = ANY ($1) AND NOT EXISTS (SELECT 1 FROM delivery WHERE delivery.message = attempt.message)
