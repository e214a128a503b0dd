-- records/0002: a technician's day, and the visits of an order, an asset and a customer, without reading all of them
-- They also let a work order or an asset be deleted without a look at every visit (foreign keys).

CREATE INDEX visit_by_work_order ON visit (work_order_id, started_at_ms) WHERE work_order_id IS NOT NULL;
CREATE INDEX visit_by_asset ON visit (asset_id, started_at_ms) WHERE asset_id IS NOT NULL;
DROP INDEX visit_by_customer;
CREATE INDEX visit_by_customer ON visit (customer_id, started_at_ms);
CREATE INDEX work_order_by_technician ON work_order (technician_id, window_start_ms);
CREATE INDEX work_order_without_window ON work_order (technician_id)
  WHERE window_start_ms IS NULL AND state NOT IN ('done', 'closed', 'cancelled', 'declined');
CREATE INDEX asset_by_parent ON asset (parent_id) WHERE parent_id IS NOT NULL;
CREATE INDEX sign_off_by_time ON sign_off (signed_at_ms);
