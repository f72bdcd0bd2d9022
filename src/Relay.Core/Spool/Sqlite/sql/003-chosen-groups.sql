-- An operator has moved the row to its group: the routes do not take it back as long as there is that group.
ALTER TABLE delivery ADD COLUMN is_group_chosen INTEGER NOT NULL DEFAULT 0;
