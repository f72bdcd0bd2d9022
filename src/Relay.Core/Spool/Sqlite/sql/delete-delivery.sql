DELETE FROM delivery WHERE number = @number AND generation = @generation AND state = 1
