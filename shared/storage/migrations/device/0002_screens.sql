-- device/0002: technicians unlock the tablet by PIN, and what they half typed survives a crash
-- Nothing here is synced.

-- Wrong tries are counted here before they are answered; the wait runs by the clock that nobody sets.
CREATE TABLE pin (
  rowid INTEGER PRIMARY KEY, user_id BLOB NOT NULL UNIQUE CHECK (length(user_id) = 16), hash TEXT NOT NULL,
  wrong_count INTEGER NOT NULL DEFAULT 0, boot_id TEXT NOT NULL DEFAULT '', counted_at_ms INTEGER NOT NULL DEFAULT 0
) STRICT;

-- Half-typed texts of a visit, by field, each technician's apart.
CREATE TABLE draft (
  rowid INTEGER PRIMARY KEY, visit_id BLOB NOT NULL, user_id BLOB NOT NULL, field TEXT NOT NULL, value TEXT NOT NULL,
  UNIQUE (visit_id, user_id, field)
) STRICT;
CREATE TABLE draft_signature (
  rowid INTEGER PRIMARY KEY, visit_id BLOB NOT NULL, user_id BLOB NOT NULL, signer_role TEXT NOT NULL, strokes BLOB NOT NULL,
  UNIQUE (visit_id, user_id)
) STRICT;

CREATE TABLE device_setting (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;

-- The customer's link to a visit that was sealed here. Its secret is nowhere else.
CREATE TABLE sealed_link (rowid INTEGER PRIMARY KEY, visit_id BLOB NOT NULL UNIQUE, link TEXT NOT NULL) STRICT;

-- Visits without a sign-off, so that the day does not look through all that ever were. Kept by the tables themselves,
-- because visits come from the journal and from the feed.
CREATE TABLE open_visit (rowid INTEGER PRIMARY KEY, visit_id BLOB NOT NULL UNIQUE) STRICT;
INSERT INTO open_visit (visit_id) SELECT id FROM visit v WHERE NOT EXISTS (SELECT 1 FROM sign_off s WHERE s.visit_id = v.id);
CREATE TRIGGER visit_opens AFTER INSERT ON visit
BEGIN
  INSERT OR IGNORE INTO open_visit (visit_id) VALUES (NEW.id);
END;
CREATE TRIGGER visit_is_gone AFTER DELETE ON visit
BEGIN
  DELETE FROM open_visit WHERE visit_id = OLD.id;
END;
CREATE TRIGGER sign_off_closes_visit AFTER INSERT ON sign_off
BEGIN
  DELETE FROM open_visit WHERE visit_id = NEW.visit_id;
END;
CREATE TRIGGER sign_off_was_set_aside AFTER DELETE ON sign_off
WHEN NOT EXISTS (SELECT 1 FROM sign_off WHERE visit_id = OLD.visit_id)
BEGIN
  INSERT OR IGNORE INTO open_visit (visit_id) SELECT id FROM visit WHERE id = OLD.visit_id;
END;

CREATE INDEX blob_to_send ON blob (is_small) WHERE is_here AND NOT is_held;
CREATE INDEX blob_to_fetch ON blob (is_small, taken_at_ms) WHERE NOT is_here;

-- One typed letter and four are looked up as two and three are: without an index of them, FTS5 gathers the list of all
-- words that begin so, and turns it round in quadratic time (seconds, at 100,000 visits).
ALTER TABLE search_text RENAME TO search_text_before;
CREATE VIRTUAL TABLE search_text USING fts5 (folded, tokenize = 'unicode61 remove_diacritics 0', prefix = '1 2 3 4');
INSERT INTO search_text (search_text, rank) VALUES ('secure-delete', 1);
INSERT INTO search_text (rowid, folded) SELECT rowid, folded FROM search_text_before ORDER BY rowid;
DROP TABLE search_text_before;
