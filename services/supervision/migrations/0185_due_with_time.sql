-- no-transaction
-- The newest of the late orders are found in the index alone: it knows when each was accepted. It takes the place of orders_by_due.
create index concurrently orders_by_due_and_time on orders ((coalesce(due_at, 'infinity'::timestamptz)), order_id)
    include (due_at, accepted_at);
