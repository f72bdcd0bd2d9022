-- One statement, one commit, for all that one node has to tell at a time.
WITH clock AS (
    UPDATE view_clock SET version = version + 1 RETURNING version
),
told AS (
    INSERT INTO upstream_view (group_name, upstream, kind, node, version, changed_at, ends_at, document)
    SELECT change.group_name, change.upstream, change.kind, change.node, clock.version, clock_timestamp(), clock_timestamp() + change.lasts, change.document
    FROM clock, unnest($1::text[], $2::text[], $3::text[], $4::bigint[], $5::interval[], $6::text[])
        AS change (group_name, upstream, kind, node, lasts, document)
    ON CONFLICT (group_name, upstream, kind, node) DO UPDATE
    SET version = excluded.version, changed_at = excluded.changed_at, ends_at = excluded.ends_at, document = excluded.document
)
SELECT pg_notify('relay_view', '') FROM clock
