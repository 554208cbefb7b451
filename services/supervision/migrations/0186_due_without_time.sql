-- no-transaction
-- 0185 has what it had, and the time.
drop index concurrently if exists orders_by_due;
