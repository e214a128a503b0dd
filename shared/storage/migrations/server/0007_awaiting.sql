-- server/0007: what was set aside because something it points to was not here: it is looked at again when that comes

CREATE TABLE awaited (
  rowid INTEGER PRIMARY KEY, entity_id BLOB NOT NULL, seq INTEGER NOT NULL,   -- seq: of the operation that waits, as in set_aside
  UNIQUE (entity_id, seq)
) STRICT;

-- The records of which an erasure took something away, and where that stands in the feed.
CREATE TABLE erased_record (
  rowid INTEGER PRIMARY KEY, entity_id BLOB NOT NULL UNIQUE, seq INTEGER NOT NULL
) STRICT;
