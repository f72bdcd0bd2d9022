-- Those that are being renewed at this moment are alive. The writer of a dead one may have stopped in the midst of a batch, for the server a transaction that goes on:
-- it is ended first, or its locks would stand in the way until the server finds out by itself that nobody is there.
DELETE FROM node
USING (
    SELECT id, (SELECT COUNT(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE application_name = 'relay node ' || id) AS ended
    FROM node
    WHERE id <> $1 AND seen_at < clock_timestamp() - $2
    FOR UPDATE SKIP LOCKED
) AS dead
WHERE node.id = dead.id AND dead.ended >= 0
RETURNING node.id, node.name
