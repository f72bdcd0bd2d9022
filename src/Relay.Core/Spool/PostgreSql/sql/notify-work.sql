SELECT pg_notify('relay_work', $1)
