-- Requests for more time 延期, with what became of them. Granted ones lengthen the limits of their assignment.
create table extensions (
    extension_id uuid primary key,           -- the request
    order_id uuid not null,                  -- the order
    unit text not null,                      -- who gets more time
    generation integer not null,             -- of the assignment
    rework integer not null,                 -- round it was asked in
    clock text not null,                     -- which clock
    amount integer not null check (amount > 0), -- how much was asked
    amount_unit text not null,               -- of what
    reason text not null,                    -- why, personal data masked
    basis text,                              -- document the unit relies on
    requested_by text not null,              -- unit:<code> or agent:<subject>
    requested_at timestamptz not null,       -- when
    state text not null check (state in ('pending', 'granted', 'denied')), -- where it stands
    code text,                               -- why denied: a rule of the city, or reviewed
    granted_amount integer,                  -- how much was granted
    due_before timestamptz,                  -- the limit before the review
    due_at timestamptz,                      -- and after it
    reviewed_by text,                        -- agent:<subject>; service:supervision when a rule denied it
    review_reason text,                      -- why
    reviewed_at timestamptz,                 -- when
    check ((state = 'pending') = (reviewed_at is null)),
    check ((state = 'granted') = (granted_amount is not null))
);
create index extensions_order on extensions (order_id);
create index extensions_list on extensions (state, requested_at, extension_id);

-- Times in which the clocks of an assignment stand still 挂起. Each has an end from the beginning.
create table suspensions (
    suspension_id uuid primary key,          -- the suspension
    order_id uuid not null,                  -- the order
    unit text not null,                      -- the lead unit
    generation integer not null,             -- of the assignment
    reason_code text not null,               -- of the city's policy
    reason text not null,                    -- why, personal data masked
    suspended_by text not null,              -- agent:<subject>
    suspended_at timestamptz not null,       -- from when
    until timestamptz not null,              -- when it ends by itself
    resumed_at timestamptz,                  -- when it ended
    resumed_by text,                         -- agent:<subject>, or clock
    resume_reason text,                      -- why before its time
    check (until > suspended_at),
    check ((resumed_at is null) = (resumed_by is null))
);
create unique index suspensions_open on suspensions (order_id) where resumed_at is null;
create index suspensions_order on suspensions (order_id);
create index suspensions_due on suspensions (until) where resumed_at is null;
create index suspensions_list on suspensions (suspended_at, suspension_id);

alter table clocks add column extensions jsonb not null default '[]'; -- granted on top of the limit: [{amount, granted_at}]
alter table clocks add column pauses jsonb not null default '[]'; -- time that does not count: [{from, to}]
