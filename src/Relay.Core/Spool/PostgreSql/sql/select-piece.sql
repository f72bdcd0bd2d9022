SELECT content FROM body WHERE message = $1 AND piece = $2
