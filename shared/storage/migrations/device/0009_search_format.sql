-- device/0009: the search index survives a transaction that was undone

-- FTS5 writes that it overwrites deleted text (format 5) into its table when it first does, and keeps in memory that it has done so. When that
-- very transaction was undone, the table said 4 from then on, and after the next start a healthy index was read as a damaged one. So the first
-- time is here, where nothing else happens.
INSERT INTO search_text (rowid, folded) VALUES (1, 'first');
DELETE FROM search_text WHERE rowid = 1;
