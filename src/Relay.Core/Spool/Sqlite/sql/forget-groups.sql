UPDATE delivery
SET grp = ''
WHERE number > @after AND number <= @upto AND grp <> '' AND state IN (0, 3)
    AND (is_group_chosen = 0 OR grp NOT IN (SELECT value FROM json_each(@groups)))
