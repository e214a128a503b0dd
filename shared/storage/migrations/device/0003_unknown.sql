-- device/0003: what a newer program wrote waits here until this one is updated

-- Items of the feed that cannot be understood or shown yet, and what came after them about the same record: as bytes, to be
-- applied in order by a program that knows them.
CREATE TABLE waiting_item (
  seq INTEGER PRIMARY KEY, type INTEGER, entity_id BLOB, item BLOB NOT NULL   -- NULL: not even the header was understood
) STRICT;
CREATE INDEX waiting_item_by_record ON waiting_item (entity_id);

-- Operations of ours that were set aside for a reason that this program has no words for.
CREATE TABLE waiting_reason (dseq INTEGER PRIMARY KEY, reason INTEGER NOT NULL) STRICT;

-- Until now such records were left out for good and only noted.
DELETE FROM attention WHERE code = 'set_aside.newer_record';
