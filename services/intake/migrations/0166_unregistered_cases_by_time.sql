-- no-transaction
-- Which cases are to be registered again. Hardly ever a row.
create index concurrently transfers_unregistered on transfers (register_again_at) where unregistered_since is not null;
