-- Open orders as they are looked for while an agent types: near in place, matter and time. A row goes when its order ends.
create table open_orders (
    order_id uuid primary key references orders (order_id), -- the order
    accepted_at timestamptz not null,        -- when the complaint was accepted
    matter text,                             -- entry of the catalogue, when one was given
    division text,                           -- division code, when one was given
    cell bigint,                             -- square of 0.0075 degrees that the coordinates lie in; null = no coordinates
    longitude double precision,              -- WGS84 degrees east, when coordinates were given
    latitude double precision,               -- WGS84 degrees north
    words integer[] not null,                -- hashes of the pairs of characters of address and title
    check ((cell is null) = (longitude is null) and (cell is null) = (latitude is null))
);
create index open_orders_cell on open_orders (cell) where cell is not null;
create index open_orders_place on open_orders (division, matter, accepted_at) where division is not null;
create index open_orders_words on open_orders using gin (words);
