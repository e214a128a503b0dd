-- device/0005: a device carries rescue files of others to the server
-- The files lie in the folder `rescue`, each named by its id; what is in them only the server can read.

CREATE TABLE carried_rescue (
  rowid INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE CHECK (length(id) = 32),
  device_id BLOB NOT NULL, prefix TEXT NOT NULL,        -- whose work it is
  made_at_ms INTEGER NOT NULL, byte_count INTEGER NOT NULL, piece_count INTEGER NOT NULL,
  is_whole INTEGER NOT NULL,                            -- it came here as it was written
  next_piece INTEGER NOT NULL DEFAULT 1,                -- the server has all before it, by its word
  damaged_count INTEGER NOT NULL DEFAULT 0,             -- pieces that the server could not read
  waits_since_seq INTEGER                               -- tried in vain at this feed position; no use before it moves on
) STRICT;
