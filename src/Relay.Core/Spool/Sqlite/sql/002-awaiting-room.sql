-- Rows whose time is that of the next room within an upstream's pace: they are brought forward when room comes earlier.
ALTER TABLE delivery ADD COLUMN awaits_room INTEGER NOT NULL DEFAULT 0;

-- The only reader of the column, which stands behind the body.
CREATE INDEX delivery_awaiting ON delivery (number) WHERE awaits_room = 1;
