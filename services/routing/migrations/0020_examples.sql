-- What people decided orders to be about: examples for reading texts. Title and text are those of the order, masked.

create table examples (
    order_id uuid primary key references orders (order_id), -- the order
    matter text not null,                    -- entry of the catalogue
    source text not null check (source in ('given', 'dispatcher')), -- by the agent who registered it, or by a dispatcher
    learned_at timestamptz not null          -- when the matter was given or confirmed
);
create index examples_newest on examples (learned_at desc, order_id);
