UPDATE delivery
SET due_at = MIN(due_at, @now), awaits_room = 0
WHERE number IN (SELECT number FROM delivery WHERE awaits_room = 1 AND (@grp IS NULL OR grp = @grp) LIMIT @limit)
