-- records/0003: what a kiosk may know of a unit and of us, and what customers tell us

ALTER TABLE product ADD COLUMN gtin TEXT NOT NULL DEFAULT '';
CREATE INDEX product_by_gtin ON product (gtin) WHERE gtin <> '';

CREATE TABLE rating (
  rowid INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE CHECK (length(id) = 16), extra BLOB,
  visit_id BLOB REFERENCES visit (id), source TEXT NOT NULL, stars INTEGER NOT NULL, question TEXT NOT NULL,
  answer TEXT NOT NULL, comment TEXT NOT NULL, language TEXT NOT NULL, at_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX rating_by_visit ON rating (visit_id) WHERE visit_id IS NOT NULL;

-- The asset may be out of this device's reach, so nothing enforces that it is here. `folded_serial` is what `fold_serial`
-- of shared/domain/product_code.h makes of the serial: without blanks and dashes, in capitals.
CREATE TABLE warranty (
  rowid INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE CHECK (length(id) = 16), extra BLOB,
  asset_id BLOB, product_id BLOB NOT NULL REFERENCES product (id), serial TEXT NOT NULL, sold_on TEXT NOT NULL,
  installed_on TEXT NOT NULL, terms_key TEXT NOT NULL, terms_version INTEGER NOT NULL, plan TEXT NOT NULL,
  folded_serial TEXT GENERATED ALWAYS AS (upper (replace (replace (replace (replace (replace (replace (replace (serial,
    ' ', ''), char (160), ''), '-', ''), char (8208), ''), char (8209), ''), char (8211), ''), char (8212), ''))) VIRTUAL
) STRICT;
CREATE INDEX warranty_by_folded_serial ON warranty (folded_serial) WHERE folded_serial <> '';
CREATE INDEX warranty_by_asset ON warranty (asset_id) WHERE asset_id IS NOT NULL;
CREATE INDEX warranty_by_product ON warranty (product_id);

CREATE TABLE warranty_terms (
  rowid INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE CHECK (length(id) = 16), extra BLOB,
  key TEXT NOT NULL, version INTEGER NOT NULL, category TEXT NOT NULL, definition TEXT NOT NULL
) STRICT;
CREATE INDEX warranty_terms_by_key ON warranty_terms (key, version);

CREATE TABLE service_point (
  rowid INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE CHECK (length(id) = 16), extra BLOB,
  key TEXT NOT NULL, name TEXT NOT NULL, phone TEXT NOT NULL, phone_text TEXT NOT NULL, hours TEXT NOT NULL,
  zone TEXT NOT NULL, email TEXT NOT NULL
) STRICT;
CREATE INDEX service_point_by_key ON service_point (key);
