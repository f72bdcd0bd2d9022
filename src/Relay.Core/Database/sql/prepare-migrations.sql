-- Numbers that were applied. "least" is the number that a program must know to work with the schema: it stays 0 as long as changes only add.
CREATE TABLE IF NOT EXISTS migration (
    number integer PRIMARY KEY,
    name text NOT NULL,
    least integer NOT NULL DEFAULT 0,
    applied_at timestamptz NOT NULL DEFAULT clock_timestamp()
)
