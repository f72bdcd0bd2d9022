-- "RELR": one node at a time. Until the end of the transaction; false when another one is at it.
SELECT pg_try_advisory_xact_lock(1380273234)
