-- The addresses themselves are looked at, not their JSON: it writes + and ü as escapes, and its own names would match.
SELECT number, message, grp, state, due_at, expires_at, received_at, runs, upstream, uncertain_since, is_delay_told, reason, generation, recipients, details, size, is_group_chosen
FROM delivery
WHERE number > $1
    AND ($2::bytea IS NULL OR message = $2)
    AND ($3::integer IS NULL OR state = $3)
    AND ($4::text IS NULL OR LOWER(grp) = LOWER($4))
    AND ($5::text IS NULL OR sender ILIKE $5)
    AND ($6::text IS NULL OR EXISTS (SELECT 1 FROM json_array_elements(recipients::json) AS one WHERE one ->> 'P' ILIKE $6))
ORDER BY number
LIMIT $7
