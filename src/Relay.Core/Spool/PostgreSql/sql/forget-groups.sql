UPDATE delivery
SET grp = ''
WHERE number = ANY (ARRAY(
    SELECT number FROM delivery
    WHERE number > $1 AND state IN (0, 3) AND grp <> '' AND (NOT is_group_chosen OR grp <> ALL ($2))
    ORDER BY number LIMIT $3
    FOR UPDATE
))
RETURNING number
