-- All of it or, when the node counts as gone or this is not its next write, nothing.
WITH holder AS (
    UPDATE pace_holder
    SET counter = $2, landed = $2, seen_at = clock_timestamp(), ended_at = CASE WHEN $3 THEN clock_timestamp() END
    WHERE id = $1 AND counter = $2 - 1 AND ended_at IS NULL
    RETURNING id
),
share AS (
    INSERT INTO pace_share AS s (window_id, holder_id, allowance, demand, is_short, quota)
    SELECT written.window_id, holder.id, written.allowance, written.demand, written.is_short, written.quota
    FROM holder,
        unnest($4::bigint[], $5::bigint[], $6::bigint[], $7::boolean[], $8::bigint[])
            AS written (window_id, allowance, demand, is_short, quota)
    ON CONFLICT (window_id, holder_id) DO UPDATE
    SET allowance = excluded.allowance, demand = excluded.demand, is_short = excluded.is_short, quota = excluded.quota
),
spent AS (
    -- Rounded up to a thousandth of the window: never free too soon.
    INSERT INTO pace_spent AS p (window_id, free_at, count)
    SELECT rounded.window_id, rounded.free_at, sum(rounded.count)
    FROM (
        SELECT
            used.window_id,
            to_timestamp(
                ceil(extract(epoch FROM clock_timestamp() + used.microseconds * interval '1 microsecond') * 1000000 / w.milliseconds)
                * w.milliseconds / 1000000
            ) AS free_at,
            used.count
        FROM holder,
            unnest($9::bigint[], $10::bigint[], $11::bigint[]) AS used (window_id, microseconds, count)
            JOIN pace_window w ON w.id = used.window_id
    ) rounded
    GROUP BY rounded.window_id, rounded.free_at
    ORDER BY rounded.window_id, rounded.free_at
    ON CONFLICT (window_id, free_at) DO UPDATE SET count = p.count + excluded.count
)
SELECT id FROM holder
