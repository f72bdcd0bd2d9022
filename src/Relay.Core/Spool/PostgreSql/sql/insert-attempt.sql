-- No history of a message that is done, and has not failed.
INSERT INTO attempt (message, at, upstream, summary, milliseconds)
SELECT $1, $2, $3, $4, $5 WHERE EXISTS (SELECT 1 FROM delivery WHERE message = $1)
