UPDATE delivery SET state = @state, due_at = @due_at, grp = @grp, reason = @reason, upstream = @upstream WHERE number = @number
