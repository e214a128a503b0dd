-- server/0009: what devices hand back of feeds that a restore cut off

-- Where the feed of an epoch stood when the restored archive was made: what is handed back goes on from this root.
ALTER TABLE past_epoch ADD COLUMN kept_root BLOB;

-- Such a feed as it went on after that, without a gap, up to the last root that the organisation signed for it.
CREATE TABLE lost_item (
  rowid INTEGER PRIMARY KEY, epoch BLOB NOT NULL, seq INTEGER NOT NULL, operation BLOB NOT NULL, root BLOB NOT NULL,
  is_here INTEGER NOT NULL DEFAULT 0,  -- the present feed has the operation
  entity_id BLOB, item BLOB,           -- what it said, until it is here; NULL: nobody has handed that back yet
  UNIQUE (epoch, seq)
) STRICT;
CREATE INDEX lost_item_waiting ON lost_item (seq) WHERE is_here = 0 AND item IS NOT NULL;
CREATE INDEX lost_item_by_record ON lost_item (entity_id) WHERE item IS NOT NULL;

-- Files that an erasure destroys once it is committed. A name stays here: what is here and named by no record goes.
CREATE TABLE erased_blob (rowid INTEGER PRIMARY KEY, sha256 BLOB NOT NULL UNIQUE) STRICT;
