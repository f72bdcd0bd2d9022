-- The addresses themselves are looked at, not their JSON: it writes + and ü as escapes, and its own names would match.
SELECT number, message, grp, state, due_at, expires_at, received_at, runs, upstream, uncertain_since, is_delay_told, reason, generation, recipients, details, size, is_group_chosen
FROM delivery
WHERE number > @after
    AND (@message IS NULL OR message = @message)
    AND (@state IS NULL OR state = @state)
    AND (@grp IS NULL OR grp = @grp COLLATE NOCASE)
    AND (@sender IS NULL OR sender LIKE @sender ESCAPE '\')
    AND (@recipient IS NULL OR EXISTS (SELECT 1 FROM json_each(recipients) WHERE json_extract(value, '$.P') LIKE @recipient ESCAPE '\'))
ORDER BY number
LIMIT @limit
