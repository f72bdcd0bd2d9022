INSERT INTO pace_holder (node, keeps, seen_at) VALUES ($1, $2, clock_timestamp()) RETURNING id
