UPDATE node SET seen_at = clock_timestamp() WHERE id = $1
