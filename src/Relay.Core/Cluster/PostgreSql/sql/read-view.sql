SELECT group_name, upstream, kind, node, version, document, clock_timestamp() - changed_at, ends_at - clock_timestamp()
FROM upstream_view
WHERE version > $1 AND kind = ANY ($2)
ORDER BY version
