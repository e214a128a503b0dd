-- server/0002: what each device said that it still holds, and which short numbers it has given out

ALTER TABLE device_access ADD COLUMN unsent_operations INTEGER NOT NULL DEFAULT 0;
ALTER TABLE device_access ADD COLUMN unsent_visits INTEGER NOT NULL DEFAULT 0;
ALTER TABLE device_access ADD COLUMN unsent_photos INTEGER NOT NULL DEFAULT 0;
ALTER TABLE device_access ADD COLUMN unsent_photo_bytes INTEGER NOT NULL DEFAULT 0;
ALTER TABLE device_access ADD COLUMN unsent_told_ms INTEGER;   -- NULL: it never said

CREATE TABLE device_counter (
  rowid INTEGER PRIMARY KEY, device_id BLOB NOT NULL, kind TEXT NOT NULL, value INTEGER NOT NULL, UNIQUE (device_id, kind)
) STRICT;
