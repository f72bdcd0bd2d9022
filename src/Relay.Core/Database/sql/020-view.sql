-- What nodes tell each other of upstreams: what operators want (node 0) and what each node has seen. Every change takes the next version while it holds the row of the clock, so that
-- versions become visible in their order, and "newer than what I have read" misses nothing. A withdrawn row stays, without its document, for those who have not read that yet.
CREATE TABLE view_clock (
    id boolean PRIMARY KEY DEFAULT true CHECK (id),
    version bigint NOT NULL
) WITH (fillfactor = 20, autovacuum_vacuum_threshold = 200, autovacuum_vacuum_scale_factor = 0);
INSERT INTO view_clock (version) VALUES (0);
CREATE TABLE upstream_view (
    group_name text NOT NULL,
    upstream text NOT NULL,
    kind text NOT NULL,
    node bigint NOT NULL,
    version bigint NOT NULL,
    changed_at timestamptz NOT NULL,
    ends_at timestamptz,
    document text,
    PRIMARY KEY (group_name, upstream, kind, node)
) WITH (autovacuum_vacuum_threshold = 200, autovacuum_vacuum_scale_factor = 0.1);
CREATE INDEX upstream_view_version ON upstream_view (version);
-- Figures of the nodes, every two seconds.
CREATE TABLE node_figures (
    node bigint PRIMARY KEY REFERENCES node (id) ON DELETE CASCADE,
    document text NOT NULL
) WITH (fillfactor = 30, autovacuum_vacuum_threshold = 200, autovacuum_vacuum_scale_factor = 0);
