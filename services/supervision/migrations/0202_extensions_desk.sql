-- no-transaction
-- The same of requests for more time.
create index concurrently extensions_desk on extensions (requested_at, extension_id) where state = 'pending';
