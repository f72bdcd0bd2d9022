SELECT id FROM pace_window WHERE id = ANY ($1::bigint[]) ORDER BY id FOR NO KEY UPDATE
