-- device/0004: photos that the server keeps for us are freed by rule, and an epoch that a restore ended is told about

-- The end of the feed and the server's time, as read first after the server had the blob: whether a backup holds it, and how
-- long ago that was, is told by these alone.
ALTER TABLE blob ADD COLUMN held_seq INTEGER;
ALTER TABLE blob ADD COLUMN held_ms INTEGER;
ALTER TABLE blob ADD COLUMN let_go_ms INTEGER;                       -- its file is (being) taken away
ALTER TABLE blob ADD COLUMN is_wanted INTEGER NOT NULL DEFAULT 0;    -- somebody opened it: fetch it again
ALTER TABLE blob ADD COLUMN unnamed_ms INTEGER;                      -- first seen without any record, by the server's time
CREATE INDEX blob_to_place ON blob (sha256) WHERE is_here AND is_held AND held_seq IS NULL;
CREATE INDEX blob_wanted ON blob (sha256) WHERE is_wanted;

ALTER TABLE bookmark ADD COLUMN backed_up_seq INTEGER;               -- by the server's newest word; NULL: no backups are made
ALTER TABLE bookmark ADD COLUMN looked_ms INTEGER;                   -- when it was last looked for what can go, by the server's time

CREATE TABLE lost_word (
  rowid INTEGER PRIMARY KEY, epoch BLOB NOT NULL UNIQUE, statement BLOB, receipt BLOB
) STRICT;
