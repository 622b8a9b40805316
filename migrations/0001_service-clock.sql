-- The one row that expiry locks and writes; it counts as seen now, so that a first start is not an outage.
INSERT INTO "service_clock" ("singleton", "service_seen_at") VALUES (1, now());
