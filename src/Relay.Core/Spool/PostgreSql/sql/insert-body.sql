INSERT INTO body (message, piece, content) VALUES ($1, $2, $3)
