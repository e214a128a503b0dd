-- records/0001: everything that people write down about after-sales service
-- The tables that device and server share; columns are the fields of shared/domain, by the same names.
-- Times are UTC milliseconds, ids UUIDv7 blobs, money minor units. Rowid tables with the id as a unique
-- blob: 9 us a row, against 66 us WITHOUT ROWID. `extra` keeps fields of a newer program.

CREATE TABLE user (
  rowid INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE CHECK (length(id) = 16), extra BLOB,
  name TEXT NOT NULL, role TEXT NOT NULL, language TEXT NOT NULL, is_active INTEGER NOT NULL
) STRICT;

CREATE TABLE device (
  rowid INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE CHECK (length(id) = 16), extra BLOB,
  name TEXT NOT NULL, role TEXT NOT NULL, prefix TEXT NOT NULL, public_key BLOB, certificate BLOB,
  user_id BLOB REFERENCES user (id), is_revoked INTEGER NOT NULL
) STRICT;

CREATE TABLE customer (
  rowid INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE CHECK (length(id) = 16), extra BLOB,
  number TEXT NOT NULL, name TEXT NOT NULL, is_company INTEGER NOT NULL, language TEXT NOT NULL,
  phone TEXT NOT NULL, email TEXT NOT NULL, note TEXT NOT NULL
) STRICT;
CREATE INDEX customer_by_number ON customer (number);

CREATE TABLE site (
  rowid INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE CHECK (length(id) = 16), extra BLOB,
  customer_id BLOB NOT NULL REFERENCES customer (id), name TEXT NOT NULL, street TEXT NOT NULL,
  city TEXT NOT NULL, postcode TEXT NOT NULL, country TEXT NOT NULL, access_note TEXT NOT NULL
) STRICT;
CREATE INDEX site_by_customer ON site (customer_id);

CREATE TABLE contact (
  rowid INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE CHECK (length(id) = 16), extra BLOB,
  customer_id BLOB NOT NULL REFERENCES customer (id), site_id BLOB REFERENCES site (id), name TEXT NOT NULL,
  role TEXT NOT NULL, phone TEXT NOT NULL, email TEXT NOT NULL, language TEXT NOT NULL
) STRICT;
CREATE INDEX contact_by_customer ON contact (customer_id);

CREATE TABLE product (
  rowid INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE CHECK (length(id) = 16), extra BLOB,
  key TEXT NOT NULL, name TEXT NOT NULL, brand TEXT NOT NULL, category TEXT NOT NULL
) STRICT;
CREATE INDEX product_by_key ON product (key);

CREATE TABLE asset (
  rowid INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE CHECK (length(id) = 16), extra BLOB,
  customer_id BLOB NOT NULL REFERENCES customer (id), site_id BLOB REFERENCES site (id),
  product_id BLOB REFERENCES product (id), parent_id BLOB REFERENCES asset (id), name TEXT NOT NULL,
  serial TEXT NOT NULL, place TEXT NOT NULL, installed_on TEXT NOT NULL
) STRICT;
CREATE INDEX asset_by_customer ON asset (customer_id);
CREATE INDEX asset_by_serial ON asset (serial) WHERE serial <> '';

CREATE TABLE form (
  rowid INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE CHECK (length(id) = 16), extra BLOB,
  key TEXT NOT NULL, version INTEGER NOT NULL, kind TEXT NOT NULL, category TEXT NOT NULL, definition TEXT NOT NULL
) STRICT;
CREATE INDEX form_by_key ON form (key, version);

CREATE TABLE work_order (
  rowid INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE CHECK (length(id) = 16), extra BLOB,
  number TEXT NOT NULL, customer_id BLOB NOT NULL REFERENCES customer (id), site_id BLOB REFERENCES site (id),
  asset_id BLOB REFERENCES asset (id), kind TEXT NOT NULL, state TEXT NOT NULL, technician_id BLOB REFERENCES user (id),
  window_start_ms INTEGER, window_end_ms INTEGER, zone TEXT NOT NULL, summary TEXT NOT NULL, bring TEXT NOT NULL,
  form_key TEXT NOT NULL
) STRICT;
CREATE INDEX work_order_by_window ON work_order (window_start_ms);
CREATE INDEX work_order_by_customer ON work_order (customer_id);

CREATE TABLE visit (
  rowid INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE CHECK (length(id) = 16), extra BLOB,
  number TEXT NOT NULL, kind TEXT NOT NULL, work_order_id BLOB REFERENCES work_order (id),
  customer_id BLOB NOT NULL REFERENCES customer (id), site_id BLOB REFERENCES site (id),
  asset_id BLOB REFERENCES asset (id), technician_id BLOB NOT NULL REFERENCES user (id),
  form_id BLOB REFERENCES form (id), language TEXT NOT NULL, started_at_ms INTEGER NOT NULL, zone TEXT NOT NULL,
  reason TEXT NOT NULL, result TEXT NOT NULL, promised TEXT NOT NULL, price_minor INTEGER NOT NULL, currency TEXT NOT NULL
) STRICT;
CREATE INDEX visit_by_start ON visit (started_at_ms);
CREATE INDEX visit_by_customer ON visit (customer_id);
CREATE INDEX visit_by_number ON visit (number);

CREATE TABLE visit_event (
  rowid INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE CHECK (length(id) = 16), extra BLOB,
  visit_id BLOB NOT NULL REFERENCES visit (id), kind TEXT NOT NULL, at_ms INTEGER NOT NULL, zone TEXT NOT NULL,
  boot_id TEXT NOT NULL, monotonic_ms INTEGER NOT NULL, server_offset_ms INTEGER
) STRICT;
CREATE INDEX visit_event_by_visit ON visit_event (visit_id);

CREATE TABLE answer (
  rowid INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE CHECK (length(id) = 16), extra BLOB,
  visit_id BLOB NOT NULL REFERENCES visit (id), question TEXT NOT NULL, kind TEXT NOT NULL, value TEXT NOT NULL
) STRICT;
CREATE INDEX answer_by_visit ON answer (visit_id);

CREATE TABLE photo (
  rowid INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE CHECK (length(id) = 16), extra BLOB,
  visit_id BLOB NOT NULL REFERENCES visit (id), question TEXT NOT NULL, moment TEXT NOT NULL, caption TEXT NOT NULL,
  sha256 BLOB NOT NULL, media_type TEXT NOT NULL, byte_count INTEGER NOT NULL, width INTEGER NOT NULL,
  height INTEGER NOT NULL, taken_at_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX photo_by_visit ON photo (visit_id);
CREATE INDEX photo_by_blob ON photo (sha256);

CREATE TABLE note (
  rowid INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE CHECK (length(id) = 16), extra BLOB,
  visit_id BLOB REFERENCES visit (id), customer_id BLOB REFERENCES customer (id), author_id BLOB NOT NULL REFERENCES user (id),
  at_ms INTEGER NOT NULL, text TEXT NOT NULL
) STRICT;
CREATE INDEX note_by_visit ON note (visit_id);

CREATE TABLE sign_off (
  rowid INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE CHECK (length(id) = 16), extra BLOB,
  visit_id BLOB NOT NULL REFERENCES visit (id), outcome TEXT NOT NULL, reason TEXT NOT NULL, reason_text TEXT NOT NULL,
  signer_name TEXT NOT NULL, signer_role TEXT NOT NULL, signed_at_ms INTEGER NOT NULL, language TEXT NOT NULL,
  strokes_sha256 BLOB, seal_list BLOB NOT NULL, link_hash BLOB, replaces_id BLOB REFERENCES sign_off (id), signature BLOB
) STRICT;
CREATE INDEX sign_off_by_visit ON sign_off (visit_id, signed_at_ms);
CREATE INDEX sign_off_by_blob ON sign_off (strokes_sha256) WHERE strokes_sha256 IS NOT NULL;

-- What was sealed is never sealed otherwise; an erasure by law clears the personal columns only.
CREATE TRIGGER sign_off_is_final BEFORE UPDATE ON sign_off
WHEN NEW.seal_list IS NOT OLD.seal_list OR NEW.outcome IS NOT OLD.outcome OR NEW.signed_at_ms IS NOT OLD.signed_at_ms
BEGIN
  SELECT RAISE (ABORT, 'a sign-off is never edited');
END;

CREATE TABLE sealed_group (
  rowid INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE CHECK (length(id) = 16), extra BLOB,
  visit_id BLOB NOT NULL REFERENCES visit (id), sign_off_id BLOB NOT NULL, name TEXT NOT NULL, salt BLOB, content BLOB
) STRICT;
CREATE INDEX sealed_group_by_sign_off ON sealed_group (sign_off_id);

CREATE TABLE erasure (
  rowid INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE CHECK (length(id) = 16), extra BLOB,
  customer_id BLOB NOT NULL, at_ms INTEGER NOT NULL, kept TEXT NOT NULL, records BLOB, statements BLOB
) STRICT;

-- Deleted ids are remembered for ever; the fields stay so that an edit that had not seen the delete wins.
CREATE TABLE deleted_record (
  rowid INTEGER PRIMARY KEY, type INTEGER NOT NULL, entity_id BLOB NOT NULL UNIQUE CHECK (length(entity_id) = 16), fields BLOB
) STRICT;
