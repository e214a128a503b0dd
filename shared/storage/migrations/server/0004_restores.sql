-- server/0004: how much of everything a finished backup holds, and what a restore cost

ALTER TABLE organisation ADD COLUMN backed_up_seq INTEGER;   -- the feed up to here; NULL: nobody makes backups
ALTER TABLE organisation ADD COLUMN backed_up_ms INTEGER;
ALTER TABLE lineage ADD COLUMN backed_up_dseq INTEGER NOT NULL DEFAULT 0;

-- Epochs that a restore ended. Of such a feed this file holds what the archive held.
CREATE TABLE past_epoch (
  rowid INTEGER PRIMARY KEY, epoch BLOB NOT NULL UNIQUE, kept_seq INTEGER NOT NULL, restored_ms INTEGER NOT NULL
) STRICT;

-- The highest signed root of another epoch that a device could show: so far the lost feed reached at least.
CREATE TABLE lost_head (
  rowid INTEGER PRIMARY KEY, epoch BLOB NOT NULL UNIQUE, seq INTEGER NOT NULL, statement BLOB NOT NULL, server_ms INTEGER NOT NULL,
  device_id BLOB NOT NULL, told_ms INTEGER NOT NULL
) STRICT;

-- How much of a journal the lost server had, by the receipt that it signed: of this, what arrives again came back.
CREATE TABLE lost_journal (
  rowid INTEGER PRIMARY KEY, epoch BLOB NOT NULL, lineage BLOB NOT NULL, device_id BLOB NOT NULL, dseq INTEGER NOT NULL,
  UNIQUE (epoch, lineage)
) STRICT;

ALTER TABLE device_access ADD COLUMN returned_ms INTEGER;    -- it was enrolled after the backup, and came back by its certificate
