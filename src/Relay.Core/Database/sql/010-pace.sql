-- How nodes divide the limits of accounts (docs/decisions/0016-shared-pace.md). Times are those of the database. Always, for each window: the allowances that count and what is
-- spent come to no more than the limit.

-- A life of a node. "counter" goes up with each write, so that one which was lost under way and arrives late changes nothing; "landed" is the last that did.
CREATE TABLE pace_holder (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    node text NOT NULL,
    keeps interval NOT NULL,
    seen_at timestamptz NOT NULL,
    ended_at timestamptz,
    counter bigint NOT NULL DEFAULT 0,
    landed bigint NOT NULL DEFAULT 0
) WITH (fillfactor = 50, autovacuum_vacuum_threshold = 200, autovacuum_vacuum_scale_factor = 0);

CREATE TABLE pace_window (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account text NOT NULL,
    counts_recipients boolean NOT NULL,
    milliseconds bigint NOT NULL,
    UNIQUE (account, counts_recipients, milliseconds)
);

-- "quota" is the limit as that node is configured; null: none.
CREATE TABLE pace_share (
    window_id bigint NOT NULL REFERENCES pace_window (id) ON DELETE CASCADE,
    holder_id bigint NOT NULL REFERENCES pace_holder (id) ON DELETE CASCADE,
    allowance bigint NOT NULL,
    demand bigint NOT NULL,
    is_short boolean NOT NULL,
    quota bigint,
    PRIMARY KEY (window_id, holder_id)
) WITH (fillfactor = 50, autovacuum_vacuum_threshold = 200, autovacuum_vacuum_scale_factor = 0);

-- At most about a thousand rows for each window: those that are free at nearly the same time share one.
CREATE TABLE pace_spent (
    window_id bigint NOT NULL REFERENCES pace_window (id) ON DELETE CASCADE,
    free_at timestamptz NOT NULL,
    count bigint NOT NULL,
    PRIMARY KEY (window_id, free_at)
) WITH (fillfactor = 50, autovacuum_vacuum_threshold = 500, autovacuum_vacuum_scale_factor = 0);
