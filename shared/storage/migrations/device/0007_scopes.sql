-- device/0007: records that come as they stand, and customers that enter and leave this device's scope

-- What is being taken in: everything (no customer), by a new device; or the file of a customer that entered. Each page is
-- stored together with its place here, so that it goes on wherever it was cut off.
CREATE TABLE taking_in (
  rowid INTEGER PRIMARY KEY, customer_id BLOB UNIQUE CHECK (length(customer_id) = 16),
  at_seq INTEGER,                                -- where the feed is read on; NULL before the first page
  after TEXT NOT NULL DEFAULT ''                 -- what the server gave as the next place
) STRICT;

-- Records that point to something that is not here (yet), or that only a newer program can read, and with whose file they came.
CREATE TABLE waiting_row (
  rowid INTEGER PRIMARY KEY, entity_id BLOB NOT NULL UNIQUE, seq INTEGER NOT NULL, row BLOB NOT NULL, customer_id BLOB
) STRICT;

-- What was taken in and is to be indexed, which costs many times as much.
CREATE TABLE to_index (rowid INTEGER PRIMARY KEY, type INTEGER NOT NULL, entity_id BLOB NOT NULL) STRICT;

-- Customers that left our scope while work of ours on them was pending: let go of once it has settled.
CREATE TABLE leaving (rowid INTEGER PRIMARY KEY, customer_id BLOB NOT NULL UNIQUE) STRICT;

ALTER TABLE bookmark ADD COLUMN scope_seq INTEGER NOT NULL DEFAULT 0;   -- the last change of our scope that we know
