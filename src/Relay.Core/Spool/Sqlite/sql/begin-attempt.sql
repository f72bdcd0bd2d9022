UPDATE delivery SET upstream = @upstream, recipients = COALESCE(@recipients, recipients)
WHERE number = @number AND generation = @generation AND state = 1
