-- no-transaction
-- Requests for exclusions that wait for their review are few among all: the desk lists them.
create index concurrently exclusions_desk on exclusions (requested_at, exclusion_id) where state = 'requested';
