-- Who takes part. A row is there as long as its node renews it; whoever finds one that was not renewed deletes it, and what it worked on is anybody's.
-- Identities are never used again: a node that was thought dead comes back as another.
CREATE TABLE node (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text NOT NULL,
    version text NOT NULL,
    admin text NOT NULL,
    started_at timestamptz NOT NULL,
    seen_at timestamptz NOT NULL
) WITH (fillfactor = 50, autovacuum_vacuum_threshold = 200, autovacuum_vacuum_scale_factor = 0);
