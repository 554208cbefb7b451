-- What orders are found by. Apart from `orders`, whose rows change with every fact: a row here is written twice in the
-- life of most orders (registered, assigned), so the inverted index stays cheap.
create table order_search (
    order_id uuid primary key,               -- the order
    accepted_at timestamptz not null,        -- lists go by it, newest first
    order_number text not null,              -- number of the order
    complaint_number text,                   -- number told to the caller; null until order.registered is heard
    generation integer not null default 0,   -- assignment that `led` comes from
    words text[] not null default '{}',      -- pairs of neighbouring characters of the title, and k: kind, c: channel
    led text[] not null default '{}'         -- u: lead unit, m: matter, d: each of the chain of divisions
);
create index order_search_by_time on order_search (accepted_at, order_id);
create index order_search_words on order_search using gin (words, led);
create index order_search_number on order_search (order_number text_pattern_ops);
create index order_search_complaint on order_search (complaint_number text_pattern_ops);
alter table order_search alter column words set statistics 1000;
alter table order_search alter column led set statistics 1000;
-- Open orders are few beside those of all years.
create index orders_open on orders (state, accepted_at, order_id) where state <> 'closed';
create index orders_raised on orders (level, accepted_at, order_id) where level > 0;
