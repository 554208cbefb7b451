-- no-transaction
-- The queue of the phone, without what the desk judges: oldest promise first.
create index concurrently callbacks_calls on callbacks (due_at, callback_id) where state = 'due' and way in ('phone', 'second_phone');
