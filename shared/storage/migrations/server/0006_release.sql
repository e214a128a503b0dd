-- server/0006: somebody in the office settles what was set aside: it is decided again, or left out for good

-- A table's UNIQUE cannot be changed in place. An operation that was set aside stands in the feed a second time once it
-- was settled; everything is decided at most once for each place that it may have.
CREATE TABLE feed_again (
  seq INTEGER PRIMARY KEY, lineage_id INTEGER NOT NULL REFERENCES lineage (id), dseq INTEGER NOT NULL,
  type INTEGER NOT NULL, entity_id BLOB NOT NULL, hash BLOB NOT NULL, header BLOB NOT NULL, salt BLOB, body BLOB,
  ruling INTEGER NOT NULL, decision_commitment BLOB NOT NULL, decision_salt BLOB, decision BLOB, remainder BLOB,
  root BLOB NOT NULL, received_ms INTEGER NOT NULL,
  again_of INTEGER NOT NULL DEFAULT 0,               -- the item that this one settles; 0: the operation's first decision
  UNIQUE (lineage_id, dseq, again_of)
) STRICT;
INSERT INTO feed_again (seq, lineage_id, dseq, type, entity_id, hash, header, salt, body, ruling, decision_commitment, decision_salt,
                        decision, remainder, root, received_ms)
  SELECT seq, lineage_id, dseq, type, entity_id, hash, header, salt, body, ruling, decision_commitment, decision_salt,
         decision, remainder, root, received_ms FROM feed ORDER BY seq;

CREATE TABLE set_aside_again (
  seq INTEGER PRIMARY KEY REFERENCES feed_again (seq), lineage_id INTEGER NOT NULL, type INTEGER NOT NULL, entity_id BLOB NOT NULL, reason TEXT NOT NULL,
  tried_reason TEXT, tried_ms INTEGER,               -- why it could still not be taken in, when somebody tried
  settled_seq INTEGER, settled_ms INTEGER, settled_by BLOB
) STRICT;
INSERT INTO set_aside_again (seq, lineage_id, type, entity_id, reason) SELECT seq, lineage_id, type, entity_id, reason FROM set_aside;

DROP TABLE set_aside;
DROP TABLE feed;
ALTER TABLE feed_again RENAME TO feed;
ALTER TABLE set_aside_again RENAME TO set_aside;

CREATE INDEX feed_by_record ON feed (entity_id, seq);
CREATE INDEX feed_merged ON feed (entity_id) WHERE ruling = 2;
CREATE INDEX set_aside_waiting ON set_aside (entity_id) WHERE settled_seq IS NULL;
CREATE INDEX set_aside_settled ON set_aside (settled_seq) WHERE settled_seq IS NOT NULL;
