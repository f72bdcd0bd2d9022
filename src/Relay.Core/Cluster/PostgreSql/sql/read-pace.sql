-- A row for each part that counts; one without a holder where there is none.
SELECT
    w.id,
    coalesce(spent.count, 0),
    spent.next_free,
    floor(extract(epoch FROM clock_timestamp()) * 1000 / (10 * w.milliseconds))::bigint,
    share.holder_id,
    share.allowance,
    share.demand,
    share.is_short,
    share.quota,
    share.silent_for
FROM pace_window w
LEFT JOIN LATERAL (
    SELECT sum(p.count)::bigint AS count, min(p.free_at) - clock_timestamp() AS next_free
    FROM pace_spent p
    WHERE p.window_id = w.id AND p.free_at > clock_timestamp()
) spent ON true
LEFT JOIN LATERAL (
    SELECT s.*, CASE WHEN h.ended_at IS NULL THEN clock_timestamp() - h.seen_at END AS silent_for
    FROM pace_share s
    JOIN pace_holder h ON h.id = s.holder_id
    WHERE s.window_id = w.id
        AND (h.ended_at IS NULL OR h.ended_at + w.milliseconds * interval '1 millisecond' > clock_timestamp())
) share ON true
WHERE w.id = ANY ($1::bigint[])
