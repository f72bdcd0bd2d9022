-- Rows are numbered in order of arrival and numbers are never used again: an operator's page goes on behind the last one.
CREATE TABLE delivery (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    message BLOB NOT NULL,
    grp TEXT NOT NULL,
    state INTEGER NOT NULL,
    due_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    received_at INTEGER NOT NULL,
    runs INTEGER NOT NULL,
    upstream TEXT,
    uncertain_since INTEGER,
    is_delay_told INTEGER NOT NULL,
    reason TEXT NOT NULL,
    owner TEXT,
    generation INTEGER NOT NULL,
    sender TEXT NOT NULL,
    recipients TEXT NOT NULL,
    details TEXT NOT NULL,
    size INTEGER NOT NULL,
    -- The body, where it is small and the row is the only one of its message: last, so that nothing else reads over it.
    content BLOB
);

CREATE INDEX delivery_message ON delivery (message);

-- Only what can be due is in it, so that records and held mail cost nothing.
CREATE INDEX delivery_due ON delivery (grp, due_at) WHERE state IN (0, 3);

-- Small bodies of messages with several rows; larger ones are files.
CREATE TABLE body (
    message BLOB PRIMARY KEY,
    content BLOB NOT NULL
);

CREATE TABLE attempt (
    message BLOB NOT NULL,
    at INTEGER NOT NULL,
    upstream TEXT NOT NULL,
    summary TEXT NOT NULL,
    milliseconds INTEGER NOT NULL
);

CREATE INDEX attempt_message ON attempt (message);
