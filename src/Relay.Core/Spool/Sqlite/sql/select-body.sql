SELECT content FROM delivery WHERE message = @message AND content IS NOT NULL
UNION ALL
SELECT content FROM body WHERE message = @message
LIMIT 1
