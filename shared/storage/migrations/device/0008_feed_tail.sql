-- device/0008: what was read of the feed and no backup of the server holds, to be handed back to a server that was restored

CREATE TABLE feed_tail (
  rowid INTEGER PRIMARY KEY, epoch BLOB NOT NULL, seq INTEGER NOT NULL, item BLOB NOT NULL,
  entity_id BLOB,            -- NULL: out of this device's reach
  statement BLOB,            -- the organisation's signed word on the root here; NULL within a page
  through_seq INTEGER,       -- of an epoch that ended: handed back; what of it came back stands in the present feed up to here
  UNIQUE (epoch, seq)
) STRICT;
CREATE INDEX feed_tail_by_record ON feed_tail (entity_id) WHERE entity_id IS NOT NULL;
CREATE INDEX feed_tail_handed_back ON feed_tail (through_seq) WHERE through_seq IS NOT NULL;
