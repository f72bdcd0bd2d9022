-- Whether the tables have room for $1 octets of bodies, and for rows. What was vacuumed is reckoned, and nothing is written: what an insert that is taken back leaves behind would take the last pages of the
-- disk from those rows that are to be changed.
SELECT pg_table_size('body') * 0.9 - COALESCE(SUM(size) FILTER (WHERE state <> 4), 0) >= $1
    AND pg_relation_size('delivery') * 0.7 - COALESCE(SUM(pg_column_size(delivery.*)), 0) >= 32768
FROM delivery
