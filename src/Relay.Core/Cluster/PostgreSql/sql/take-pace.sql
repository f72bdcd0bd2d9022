-- Under the locks of the windows: nobody else takes of them meanwhile. What others give back at the same time is seen the next time.
UPDATE pace_share s
SET allowance = s.allowance
    + least(
        wanted.take,
        greatest(
            0,
            (
                SELECT min(o.quota)
                FROM pace_share o
                JOIN pace_holder h ON h.id = o.holder_id
                WHERE o.window_id = s.window_id AND h.ended_at IS NULL
            )
            - (
                SELECT coalesce(sum(o.allowance), 0)::bigint
                FROM pace_share o
                JOIN pace_holder h ON h.id = o.holder_id
                JOIN pace_window w ON w.id = o.window_id
                WHERE o.window_id = s.window_id
                    AND (h.ended_at IS NULL OR h.ended_at + w.milliseconds * interval '1 millisecond' > clock_timestamp())
            )
            - (
                SELECT coalesce(sum(p.count), 0)::bigint
                FROM pace_spent p
                WHERE p.window_id = s.window_id AND p.free_at > clock_timestamp()
            )
        )
    )
FROM unnest($3::bigint[], $4::bigint[]) AS wanted (window_id, take)
WHERE s.window_id = wanted.window_id
    AND s.holder_id = $1
    AND EXISTS (SELECT FROM pace_holder h WHERE h.id = $1 AND h.landed = $2 AND h.ended_at IS NULL)
RETURNING s.window_id, s.allowance
