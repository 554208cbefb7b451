-- Return requests of units and what reviewers said.

create table returns (
    return_id uuid primary key,              -- the request
    order_id uuid not null references orders (order_id), -- the order
    generation integer not null,             -- assignment it is about
    unit text not null,                      -- the unit that asked
    reason_code text not null,               -- wrong_matter, wrong_place, not_our_duty, duplicate, incomplete
    basis text not null,                     -- document and clause, personal data masked
    suggested_unit text,                     -- the unit it thinks right
    requested_at timestamptz not null,       -- when it asked
    window_ends_at timestamptz,              -- until when it might ask; null = not at all
    state text not null check (state in ('open', 'upheld', 'rejected', 'stale')), -- stale: its assignment ended first
    reviewed_by text,                        -- agent:<subject>
    reviewed_at timestamptz,                 -- when
    review_reason text,                      -- why, personal data masked
    check ((state in ('upheld', 'rejected')) = (reviewed_by is not null)),
    check ((reviewed_by is null) = (reviewed_at is null) and (reviewed_by is null) = (review_reason is null))
);
create index returns_list on returns (state, requested_at, return_id);
create index returns_order on returns (order_id) where state = 'open';
