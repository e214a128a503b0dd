-- server/0005: rescue files: what of each has arrived, so that one that comes twice is answered alike

CREATE TABLE rescue_file (
  rowid INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE CHECK (length(id) = 32), device_id BLOB NOT NULL,
  first_ms INTEGER NOT NULL, whole_ms INTEGER,                         -- whole: every piece of it was taken
  end_number INTEGER, operation_count INTEGER, blob_count INTEGER,     -- by the device's signed word; NULL until the last piece came
  new_operation_count INTEGER NOT NULL DEFAULT 0, new_blob_count INTEGER NOT NULL DEFAULT 0
) STRICT;

-- The pieces that are here for good, until all of them are.
CREATE TABLE rescue_piece (
  rowid INTEGER PRIMARY KEY, rescue_id INTEGER NOT NULL REFERENCES rescue_file (rowid), first INTEGER NOT NULL, last INTEGER NOT NULL,
  UNIQUE (rescue_id, first)
) STRICT;
