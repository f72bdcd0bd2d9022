-- What nodes saw that are gone, and what operators wanted no more a week ago: whoever was away for longer than that reads everything anew.
DELETE FROM upstream_view AS row
WHERE (row.node <> 0 AND NOT EXISTS (SELECT FROM node WHERE node.id = row.node))
    OR (row.document IS NULL AND row.changed_at < clock_timestamp() - interval '7 days')
