-- server/0008: which customers' files each device is given

ALTER TABLE device_access ADD COLUMN scope TEXT NOT NULL DEFAULT 'organisation';
ALTER TABLE enrolment ADD COLUMN scope TEXT NOT NULL DEFAULT 'organisation';
CREATE INDEX device_assigned ON device_access (device_id) WHERE scope = 'assigned';

-- The customers that ever were in, or left, the scope of a device, each with the number of its last change. A device says
-- up to which change it knows its scope. No row: as the device's scope says.
CREATE TABLE scope_member (
  rowid INTEGER PRIMARY KEY, device_id BLOB NOT NULL, customer_id BLOB NOT NULL, is_member INTEGER NOT NULL,
  change_seq INTEGER NOT NULL, UNIQUE (device_id, customer_id)
) STRICT;
CREATE INDEX scope_member_by_change ON scope_member (device_id, change_seq);

-- When an assigned device last wrote something of a customer's file: what it wrote, it goes on seeing.
CREATE TABLE scope_touch (
  rowid INTEGER PRIMARY KEY, device_id BLOB NOT NULL, customer_id BLOB NOT NULL, at_ms INTEGER NOT NULL,
  UNIQUE (device_id, customer_id)
) STRICT;
