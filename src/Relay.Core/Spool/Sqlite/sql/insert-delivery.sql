INSERT INTO delivery (
    message, grp, state, due_at, expires_at, received_at, runs, upstream, uncertain_since, is_delay_told, reason, owner, generation,
    sender, recipients, details, size, content, awaits_room, is_group_chosen
) VALUES (
    @message, @grp, @state, @due_at, @expires_at, @received_at, @runs, @upstream, @uncertain_since, @is_delay_told, @reason, @owner, 1,
    @sender, @recipients, @details, @size, @content, @awaits_room, @is_group_chosen
) RETURNING number
