-- device/0010: a photo or signature whose file is damaged is told, fetched again, and sent again where the server lost its own

ALTER TABLE blob ADD COLUMN damaged_ms INTEGER;   -- its file here was put aside, or is gone; NULL again when it is back
ALTER TABLE blob ADD COLUMN absent_ms INTEGER;    -- then the server said that it does not have it, either
ALTER TABLE blob ADD COLUMN asked_ms INTEGER;     -- when the server last said that it has it, by its own time
UPDATE blob SET asked_ms = held_ms;
CREATE INDEX blob_to_ask_about ON blob (asked_ms) WHERE is_here AND is_held AND let_go_ms IS NULL;
CREATE INDEX blob_damaged ON blob (sha256) WHERE damaged_ms IS NOT NULL;
