DELETE FROM delivery WHERE number = @number
