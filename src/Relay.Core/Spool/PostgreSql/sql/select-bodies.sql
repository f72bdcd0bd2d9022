SELECT message, content FROM body WHERE message = ANY ($1) AND piece = 0
