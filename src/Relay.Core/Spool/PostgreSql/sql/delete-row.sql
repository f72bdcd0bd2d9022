DELETE FROM delivery WHERE number = $1 AND generation = $2 AND state = $3 RETURNING 1
