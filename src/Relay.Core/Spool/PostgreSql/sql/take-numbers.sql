SELECT nextval('delivery_number') FROM generate_series(1, $1)
