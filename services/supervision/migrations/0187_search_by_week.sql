-- no-transaction
-- Slices of a week, numbered from 1970, instead of 28 days: a page of what is not rare fits into one or a few of them.
create index concurrently order_search_by_week on order_search
    using gin (words, led, (array[floor(extract(epoch from accepted_at at time zone 'UTC') / 604800)::integer])) with (gin_pending_list_limit = 1024);
