-- 512 pages, 4 MiB, one row in each; of hashes, so that file systems which compress keep the room too. Nothing is to be vacuumed there.
CREATE TABLE spool_reserve (content bytea NOT NULL) WITH (autovacuum_enabled = false);
ALTER TABLE spool_reserve ALTER content SET STORAGE PLAIN;
INSERT INTO spool_reserve
SELECT string_agg(sha512(int8send(page * 1000 + part)), '')
FROM generate_series(1, 512) AS page, generate_series(1, 125) AS part
GROUP BY page
