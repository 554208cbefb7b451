-- no-transaction
-- Documents for NATS are claimed by time; each way has an index of its own.
create index concurrently deliveries_nats_due on deliveries (next_attempt_at) where state = 'waiting' and way = 'nats';
