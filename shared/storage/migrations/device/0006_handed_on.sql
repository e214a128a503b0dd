-- device/0006: a technician may leave an entry that was set aside to the office: it is seen, and shouts no more

ALTER TABLE attention ADD COLUMN handed_on_ms INTEGER;
CREATE INDEX attention_by_operation ON attention (dseq);

-- When the operation was written that lost, or that made another value lose.
ALTER TABLE lost_value ADD COLUMN at_ms INTEGER NOT NULL DEFAULT 0;
CREATE INDEX lost_value_by_record ON lost_value (entity_id);
