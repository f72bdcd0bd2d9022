-- The spool. Times are milliseconds since 1970 by the clock of the node that wrote them, as in the embedded spool; leases hang on none of them.
CREATE SEQUENCE delivery_number;

CREATE TABLE delivery (
    number bigint PRIMARY KEY,
    message bytea NOT NULL,
    grp text NOT NULL,
    state integer NOT NULL,
    due_at bigint NOT NULL,
    expires_at bigint NOT NULL,
    received_at bigint NOT NULL,
    runs integer NOT NULL,
    upstream text,
    uncertain_since bigint,
    is_delay_told boolean NOT NULL,
    reason text NOT NULL,
    owner bigint,
    generation bigint NOT NULL,
    sender text NOT NULL,
    recipients text NOT NULL,
    details text NOT NULL,
    size bigint NOT NULL,
    awaits_room boolean NOT NULL,
    is_group_chosen boolean NOT NULL
-- Room in each page, so that naming a server changes the row in its place (a HOT update). Rows come and go: vacuum follows them by number, not by share.
) WITH (
    fillfactor = 80,
    autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 2000, autovacuum_vacuum_cost_delay = 0,
    autovacuum_analyze_scale_factor = 0.1, autovacuum_analyze_threshold = 2000
);

CREATE INDEX delivery_message ON delivery (message);

-- Only what can be due is in it, so that records and held mail cost nothing.
CREATE INDEX delivery_due ON delivery (grp, due_at) WHERE state IN (0, 3);

-- What is under lease, to find what dead nodes had.
CREATE INDEX delivery_leased ON delivery (owner) WHERE state = 1;

CREATE INDEX delivery_awaiting ON delivery (number) WHERE awaits_room;

CREATE INDEX delivery_record ON delivery (expires_at) WHERE state = 4;

-- Bodies, apart from the rows that change: in pieces, neither compressed nor copied when a row is. Large ones are there before a row names them.
CREATE TABLE body (
    message bytea NOT NULL,
    piece integer NOT NULL,
    stored_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    content bytea NOT NULL,
    PRIMARY KEY (message, piece)
) WITH (
    autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 2000, autovacuum_vacuum_cost_delay = 0,
    toast.autovacuum_vacuum_scale_factor = 0.02, toast.autovacuum_vacuum_threshold = 5000, toast.autovacuum_vacuum_cost_delay = 0
);

ALTER TABLE body ALTER COLUMN content SET STORAGE EXTERNAL;

CREATE TABLE attempt (
    number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    message bytea NOT NULL,
    at bigint NOT NULL,
    upstream text NOT NULL,
    summary text NOT NULL,
    milliseconds bigint NOT NULL
) WITH (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 2000, autovacuum_vacuum_cost_delay = 0);

CREATE INDEX attempt_message ON attempt (message);

-- The last batch that each node's writer has committed. After a connection broke in the midst of a commit it tells what became of it, and its epoch shuts
-- out what may still be on its way. It goes with its node: whoever was taken for dead writes nothing more under that name.
CREATE TABLE writer (
    node bigint PRIMARY KEY REFERENCES node (id) ON DELETE CASCADE,
    epoch bigint NOT NULL,
    batch bigint NOT NULL
) WITH (fillfactor = 50, autovacuum_vacuum_threshold = 500, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_cost_delay = 0);
