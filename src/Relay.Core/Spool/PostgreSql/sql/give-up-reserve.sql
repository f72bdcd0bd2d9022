-- It only takes rows out of the catalogue, which needs no page, where to truncate would need one.
DROP TABLE IF EXISTS spool_reserve
