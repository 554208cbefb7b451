-- Every time nobody could be named. What waits now stands in the manual queue; this stays, and can be replayed. Append-only.
create table undecided (
    order_id uuid not null references orders (order_id), -- the order
    number integer not null check (number > 0), -- 1, 2, 3, ...: how often it has happened to this order
    reason text not null,                    -- as in order.undecided or order.disputed
    candidates json not null,                -- [{code, name}]: units in question
    question json not null,                  -- what was asked: with the version, everything a replay needs
    bounces integer not null check (bounces >= 0), -- upheld returns before it: like the question, part of what was asked
    directory_version bigint not null,       -- the directory that was asked
    explanation json not null,               -- every duty that was looked at, and why it lost
    decided_at timestamptz not null,         -- when
    primary key (order_id, number)
);
create trigger undecided_append_only before update or delete on undecided
    for each row execute function refuse_change();
