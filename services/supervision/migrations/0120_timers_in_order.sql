-- A hundred thousand timers may fall due in the same second: they are claimed in the order of their orders, from the index
-- alone, instead of being sorted anew for every chunk.
create index clocks_next_in_order on clocks (fires_at, order_id) where fires_at is not null;
drop index clocks_next;
