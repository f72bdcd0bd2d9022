UPDATE delivery
SET grp = @grp, state = @state, due_at = @due_at, expires_at = @expires_at, runs = @runs, upstream = @upstream,
    uncertain_since = @uncertain_since, is_delay_told = @is_delay_told, reason = @reason, owner = NULL, recipients = @recipients,
    awaits_room = @awaits_room, is_group_chosen = @is_group_chosen
WHERE number = @number AND generation = @generation AND state = 1
