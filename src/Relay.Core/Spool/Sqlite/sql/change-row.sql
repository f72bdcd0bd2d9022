UPDATE delivery SET state = @state, due_at = @due_at, grp = @grp, reason = @reason, upstream = @upstream, is_group_chosen = @is_group_chosen WHERE number = @number
