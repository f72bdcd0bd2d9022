-- The row of the node is there unless others take it for dead this moment.
WITH told AS (
    INSERT INTO node_figures (node, document) SELECT id, $2 FROM node WHERE id = $1
    ON CONFLICT (node) DO UPDATE SET document = excluded.document
)
SELECT
    node.id,
    node.name,
    node.version,
    node.admin,
    clock_timestamp() - node.started_at,
    greatest(clock_timestamp() - node.seen_at, interval '0'),
    CASE WHEN node.id = $1 THEN $2 ELSE node_figures.document END
FROM node LEFT JOIN node_figures ON node_figures.node = node.id
WHERE node.seen_at > clock_timestamp() - $3
ORDER BY node.id
