-- records/0004: a photo may be kept smaller than it was taken, and a thumbnail travels before it

ALTER TABLE photo ADD COLUMN original_sha256 BLOB;    -- of the file as it was taken, where a smaller one is kept
ALTER TABLE photo ADD COLUMN original_byte_count INTEGER NOT NULL DEFAULT 0;
ALTER TABLE photo ADD COLUMN thumbnail_sha256 BLOB;
CREATE INDEX photo_by_thumbnail ON photo (thumbnail_sha256) WHERE thumbnail_sha256 IS NOT NULL;
