-- device/0003: a technician may leave an entry that was set aside to the office: it is seen, and shouts no more

ALTER TABLE attention ADD COLUMN handed_on_ms INTEGER;
CREATE INDEX attention_by_operation ON attention (dseq);
