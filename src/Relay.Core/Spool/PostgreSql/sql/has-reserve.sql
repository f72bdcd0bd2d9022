SELECT to_regclass('spool_reserve') IS NOT NULL
