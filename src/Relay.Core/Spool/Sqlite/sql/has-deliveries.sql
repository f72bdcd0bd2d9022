SELECT EXISTS (SELECT 1 FROM delivery WHERE message = @message AND state <> 4)
