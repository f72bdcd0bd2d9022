-- A notice that could not be written at first is written again.
INSERT INTO body (message, piece, content) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING
