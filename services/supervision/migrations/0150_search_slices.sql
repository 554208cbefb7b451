-- Orders are found by words within a slice of time, too: 28 days, numbered from 1970. Without it a word of one season is
-- looked for along all the months in which nobody said it.
drop index order_search_words;
create index order_search_words on order_search
    using gin (words, led, (array[floor(extract(epoch from accepted_at at time zone 'UTC') / 2419200)::integer])) with (gin_pending_list_limit = 1024);
-- Open orders by when they were accepted, of all units and of one.
create index orders_open_by_time on orders (accepted_at, order_id) where state <> 'closed';
create index orders_open_of_unit on orders (lead_unit, accepted_at, order_id) where state <> 'closed';
