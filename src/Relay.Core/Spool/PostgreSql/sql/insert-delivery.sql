INSERT INTO delivery (
    number, message, grp, state, due_at, expires_at, received_at, runs, upstream, uncertain_since, is_delay_told, reason, owner, generation,
    sender, recipients, details, size, awaits_room, is_group_chosen
) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, 1, $14, $15, $16, $17, $18, $19)
