-- Every decision that named nobody. The queue shows only the present one and forgets it when a person decides; here each
-- stays, so that it can be replayed like an assignment. Append-only; orders that the rules assign at once have no row.

create table undecided_decisions (
    number bigint generated always as identity primary key, -- in the order in which they were made
    order_id uuid not null references orders (order_id), -- the order
    decided_at timestamptz not null,         -- when
    state text not null check (state in ('undecided', 'disputed')), -- what the order became
    reason text not null,                    -- as in order.undecided and order.disputed
    question json not null,                  -- what was asked: with the version, everything a replay needs
    bounces integer not null check (bounces >= 0), -- upheld returns before it: part of what was asked
    candidates json not null,                -- [{code, name}]: units in question
    explanation json not null,               -- every duty that was looked at, and why nobody could be named
    directory_version bigint not null        -- the directory it cites
);
create index undecided_decisions_order on undecided_decisions (order_id, number);
create trigger undecided_decisions_append_only before update or delete on undecided_decisions
    for each row execute function refuse_change();
do $$
begin
    alter table undecided_decisions alter column question set compression lz4;
    alter table undecided_decisions alter column explanation set compression lz4;
exception when feature_not_supported then
    raise notice 'this server has no lz4';
end
$$;
