UPDATE delivery SET grp = '' WHERE number > @after AND number <= @upto AND grp <> '' AND state IN (0, 3)
