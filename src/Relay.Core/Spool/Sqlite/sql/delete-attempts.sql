DELETE FROM attempt WHERE message = @message AND NOT EXISTS (SELECT 1 FROM delivery WHERE message = @message)
