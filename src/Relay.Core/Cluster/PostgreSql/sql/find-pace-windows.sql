SELECT w.id, w.account, w.counts_recipients, w.milliseconds
FROM pace_window w
JOIN unnest($1::text[], $2::boolean[], $3::bigint[]) AS wanted (account, counts_recipients, milliseconds)
USING (account, counts_recipients, milliseconds)
