-- no-transaction
-- The queue of the desk: what nobody can be asked about.
create index concurrently callbacks_desk on callbacks (due_at, callback_id) where state = 'due' and way is null;
