-- no-transaction
-- Documents for webhooks are claimed unit by unit, so that what waits for a dead endpoint is not even looked at.
create index concurrently deliveries_webhook_due on deliveries (unit, next_attempt_at, seq)
    where state = 'waiting' and way = 'webhook';
