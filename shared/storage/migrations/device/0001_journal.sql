-- device/0001: what one device wrote, what it knows of the server, and what is on its way

CREATE TABLE identity (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  organisation_id BLOB NOT NULL, organisation_name TEXT NOT NULL, device_id BLOB NOT NULL, seed BLOB NOT NULL,
  prefix TEXT NOT NULL, role TEXT NOT NULL, user_id BLOB, certificate BLOB NOT NULL, organisation_key BLOB NOT NULL,
  box_key BLOB NOT NULL,
  host TEXT NOT NULL, port INTEGER NOT NULL, pin BLOB NOT NULL, spare_pin BLOB NOT NULL   -- our server, and whose certificates it may show
) STRICT;

-- Kept before the code is spent: when the answer is lost, the same key may ask again.
CREATE TABLE pending_enrolment (
  one INTEGER PRIMARY KEY CHECK (one = 1), line TEXT NOT NULL, device_id BLOB NOT NULL, seed BLOB NOT NULL
) STRICT;

CREATE TABLE bookmark (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  epoch BLOB NOT NULL, lineage BLOB NOT NULL,
  head_dseq INTEGER NOT NULL, head_hash BLOB NOT NULL,
  hybrid_ms INTEGER NOT NULL, hybrid_count INTEGER NOT NULL,
  held_dseq INTEGER NOT NULL, backed_up_dseq INTEGER NOT NULL,
  feed_seq INTEGER NOT NULL, root BLOB NOT NULL,
  root_statement BLOB,            -- the newest signed word on the server root: a seal's "not before"
  receipt BLOB,                   -- the newest receipt
  server_offset_ms INTEGER,       -- server minus tablet, when they last spoke
  synced_at_ms INTEGER,
  is_revoked INTEGER NOT NULL DEFAULT 0
) STRICT;

-- Everything that this device ever changed, in order, as the bytes that were hashed and will be sent. Written in the
-- transaction of the change it describes. What the server still lacks is computed from its word (held_dseq).
CREATE TABLE operation (
  dseq        INTEGER PRIMARY KEY,
  header      BLOB    NOT NULL,
  salt        BLOB    CHECK (length(salt) = 16),   -- salt and body are NULL after an erasure
  body        BLOB,
  hash        BLOB    NOT NULL UNIQUE CHECK (length(hash) = 32),
  type        INTEGER NOT NULL,
  entity_id   BLOB    NOT NULL,
  settled_seq INTEGER                               -- where it stands in the feed; NULL until it came back
) STRICT;
CREATE INDEX operation_by_record ON operation (entity_id, dseq);

-- For a record with changes of ours that the feed has not brought back yet: what the server said last. The table of
-- the record shows this plus the pending operations.
CREATE TABLE confirmed (
  rowid INTEGER PRIMARY KEY, type INTEGER NOT NULL, entity_id BLOB NOT NULL UNIQUE, fields BLOB   -- NULL: not yet known there
) STRICT;

-- The feed position at which each record was last touched: the base of our next change to it.
CREATE TABLE record_position (
  rowid INTEGER PRIMARY KEY, entity_id BLOB NOT NULL UNIQUE, seq INTEGER NOT NULL
) STRICT;

-- Values that lost against somebody else's, kept to be shown.
CREATE TABLE lost_value (
  rowid INTEGER PRIMARY KEY, seq INTEGER NOT NULL, type INTEGER NOT NULL, entity_id BLOB NOT NULL, field INTEGER NOT NULL, value BLOB,
  is_ours INTEGER NOT NULL
) STRICT;

-- What somebody must look at, in the words of its code.
CREATE TABLE attention (
  rowid INTEGER PRIMARY KEY, code TEXT NOT NULL, dseq INTEGER, type INTEGER, entity_id BLOB, at_ms INTEGER NOT NULL,
  UNIQUE (code, dseq)
) STRICT;

-- What a sealed visit needs for its export, ours or another device's.
CREATE TABLE seal_proof (
  rowid INTEGER PRIMARY KEY, sign_off_id BLOB NOT NULL UNIQUE, header BLOB NOT NULL, countersign BLOB
) STRICT;

CREATE TABLE blob (
  rowid INTEGER PRIMARY KEY, sha256 BLOB NOT NULL UNIQUE CHECK (length(sha256) = 32), byte_count INTEGER NOT NULL,
  is_small INTEGER NOT NULL, is_here INTEGER NOT NULL, is_held INTEGER NOT NULL,   -- held: the server has it, by its word
  taken_at_ms INTEGER NOT NULL
) STRICT;

CREATE TABLE counter (kind TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT;

-- Record files by their SHA-256, so that recording one twice records one visit.
CREATE TABLE recorded_file (
  rowid INTEGER PRIMARY KEY, sha256 BLOB NOT NULL UNIQUE, visit_id BLOB NOT NULL
) STRICT;

-- Our own folded text: SQLite's folding misses some letters. Deleted text is overwritten, not only unlinked.
CREATE TABLE search_entry (rowid INTEGER PRIMARY KEY, entity_id BLOB NOT NULL UNIQUE, type INTEGER NOT NULL) STRICT;
CREATE VIRTUAL TABLE search_text USING fts5 (folded, tokenize = 'unicode61 remove_diacritics 0', prefix = '2 3');
INSERT INTO search_text (search_text, rank) VALUES ('secure-delete', 1);
