INSERT INTO pace_window (account, counts_recipients, milliseconds)
SELECT account, counts_recipients, milliseconds
FROM unnest($1::text[], $2::boolean[], $3::bigint[]) AS wanted (account, counts_recipients, milliseconds)
ORDER BY account, counts_recipients, milliseconds
ON CONFLICT DO NOTHING
