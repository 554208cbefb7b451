-- Orders that wait for a dispatcher.

create table manual_queue (
    order_id uuid primary key references orders (order_id), -- the order
    urgency_rank smallint not null check (urgency_rank between 0 and 2), -- 0 emergency, 1 urgent, 2 ordinary
    accepted_at timestamptz not null,        -- when the complaint was accepted: oldest first inside a rank
    entered_at timestamptz not null,         -- since when it waits
    reason text not null,                    -- as in order.undecided
    candidates json not null,                -- [{code, name}]: units in question
    explanation json not null,               -- why nobody could be named
    directory_version bigint not null,       -- the directory that was asked
    claimed_by text,                         -- dispatcher who works on it
    claimed_until timestamptz,               -- then others may claim it
    check ((claimed_by is null) = (claimed_until is null))
);
create index manual_queue_order on manual_queue (urgency_rank, accepted_at, order_id);
