-- Silent for longer than they use what they have, and ten seconds for what was under way; sooner where the same node has started again.
UPDATE pace_holder
SET ended_at = clock_timestamp()
WHERE id IN (
    SELECT h.id
    FROM pace_holder h
    WHERE h.ended_at IS NULL
        AND clock_timestamp() > h.seen_at + interval '10 seconds'
        AND (
            clock_timestamp() > h.seen_at + interval '10 seconds' + h.keeps
            OR EXISTS (SELECT FROM pace_holder later WHERE later.node = h.node AND later.id > h.id)
        )
    FOR UPDATE SKIP LOCKED
)
