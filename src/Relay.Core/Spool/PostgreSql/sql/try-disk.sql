-- $1 pieces of 64 octets on the disk where the tables are, in the file of a sort, which goes when the statement ends; of hashes, as many file systems compress.
SELECT COUNT(*) FROM (SELECT sha512(int8send(piece)) AS content FROM generate_series(1, $1) AS piece ORDER BY content OFFSET 0) AS sorted
