UPDATE delivery SET upstream = @upstream WHERE number = @number AND generation = @generation AND state = 1
