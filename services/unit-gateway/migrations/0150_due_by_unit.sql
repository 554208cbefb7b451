-- Documents for webhooks are claimed unit by unit, so that what waits for a dead endpoint is not even looked at; those for
-- NATS by time. Each way has an index of its own.
create index deliveries_webhook_due on deliveries (unit, next_attempt_at, seq) where state = 'waiting' and way = 'webhook';
create index deliveries_nats_due on deliveries (next_attempt_at) where state = 'waiting' and way = 'nats';
drop index deliveries_due;
