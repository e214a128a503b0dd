-- server/0001: one organisation: its keys, who may write, and everything accepted, in order

CREATE TABLE organisation (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  id BLOB NOT NULL, name TEXT NOT NULL, epoch BLOB NOT NULL, signing_seed BLOB NOT NULL, box_seed BLOB NOT NULL,
  office_device_id BLOB NOT NULL, office_seed BLOB NOT NULL,
  feed_seq INTEGER NOT NULL, root BLOB NOT NULL,      -- the counter row: the last lock of every push
  next_prefix INTEGER NOT NULL, is_backed_up INTEGER NOT NULL DEFAULT 0
) STRICT;

-- One journal as it reached us. A device that was cloned or restored gets a second one; the part they
-- share belongs to the first.
CREATE TABLE lineage (
  id INTEGER PRIMARY KEY, device_id BLOB NOT NULL, hash BLOB NOT NULL UNIQUE, parent_id INTEGER REFERENCES lineage (id),
  fork_dseq INTEGER NOT NULL,                          -- the last operation shared with the parent; 0 for the first
  dseq INTEGER NOT NULL, head BLOB NOT NULL, answer BLOB, hybrid_ms INTEGER NOT NULL DEFAULT 0, opened_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX lineage_by_device ON lineage (device_id);

CREATE TABLE feed (
  seq INTEGER PRIMARY KEY, lineage_id INTEGER NOT NULL REFERENCES lineage (id), dseq INTEGER NOT NULL,
  type INTEGER NOT NULL, entity_id BLOB NOT NULL, hash BLOB NOT NULL, header BLOB NOT NULL, salt BLOB, body BLOB,
  ruling INTEGER NOT NULL, decision_commitment BLOB NOT NULL, decision_salt BLOB, decision BLOB, remainder BLOB,
  root BLOB NOT NULL, received_ms INTEGER NOT NULL,
  UNIQUE (lineage_id, dseq)
) STRICT;
CREATE INDEX feed_by_record ON feed (entity_id, seq);

-- Operations that wait for a person: what builds on them waits with them.
CREATE TABLE set_aside (
  seq INTEGER PRIMARY KEY REFERENCES feed (seq), lineage_id INTEGER NOT NULL, type INTEGER NOT NULL, entity_id BLOB NOT NULL, reason TEXT NOT NULL
) STRICT;
CREATE INDEX set_aside_by_record ON set_aside (entity_id);

-- What a device may do now. Revoking changes this row; the record of the device follows in the feed.
CREATE TABLE device_access (
  rowid INTEGER PRIMARY KEY, device_id BLOB NOT NULL UNIQUE, public_key BLOB NOT NULL, role TEXT NOT NULL, user_id BLOB,
  name TEXT NOT NULL, prefix TEXT NOT NULL, enrolled_ms INTEGER NOT NULL, revoked_ms INTEGER, last_contact_ms INTEGER, app_version TEXT NOT NULL
) STRICT;

CREATE TABLE enrolment (
  rowid INTEGER PRIMARY KEY, code_hash BLOB NOT NULL UNIQUE, role TEXT NOT NULL, user_id BLOB, created_ms INTEGER NOT NULL,
  expires_ms INTEGER NOT NULL, used_ms INTEGER, device_id BLOB, public_key BLOB, answer BLOB
) STRICT;

CREATE TABLE account (
  rowid INTEGER PRIMARY KEY, user_id BLOB NOT NULL UNIQUE, email TEXT NOT NULL UNIQUE, password_hash TEXT NOT NULL,
  failed_count INTEGER NOT NULL DEFAULT 0, locked_until_ms INTEGER NOT NULL DEFAULT 0, changed_ms INTEGER NOT NULL
) STRICT;

CREATE TABLE session (
  rowid INTEGER PRIMARY KEY, token_hash BLOB NOT NULL UNIQUE, user_id BLOB NOT NULL, csrf TEXT NOT NULL, created_ms INTEGER NOT NULL,
  expires_ms INTEGER NOT NULL
) STRICT;

-- Who did what. No personal data: ids and short numbers only.
CREATE TABLE audit (
  rowid INTEGER PRIMARY KEY, at_ms INTEGER NOT NULL, actor TEXT NOT NULL, action TEXT NOT NULL, subject TEXT NOT NULL, detail TEXT NOT NULL
) STRICT;

-- Blobs that accepted records name; those that arrived stand in the blob folder.
CREATE TABLE blob_reference (
  rowid INTEGER PRIMARY KEY, sha256 BLOB NOT NULL, entity_id BLOB NOT NULL, UNIQUE (sha256, entity_id)
) STRICT;
CREATE INDEX blob_reference_by_record ON blob_reference (entity_id);

CREATE TABLE counter (kind TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT;
