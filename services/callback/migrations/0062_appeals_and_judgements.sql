-- Second looks at answers: appeals of units, and judgements of two people about a demand.

create table appeals (
    appeal_id uuid primary key,              -- the appeal
    callback_id uuid not null unique references callbacks (callback_id), -- the answer; a unit appeals once against it
    order_id uuid not null,                  -- its order
    unit text not null,                      -- the unit whose work the answer is about
    ground text not null,                    -- why it is wrong, numbers masked
    opened_by text not null,                 -- agent:<subject> of the unit
    opened_at timestamptz not null,          -- when
    state text not null default 'open' check (state in ('open', 'upheld', 'rejected')), -- where it stands
    reason text,                             -- why so, numbers masked
    reviewed_by text,                        -- agent:<subject> of the hotline
    reviewed_at timestamptz,                 -- when
    check ((state = 'open') = (reviewed_by is null) and (state = 'open') = (reviewed_at is null)
           and (state = 'open') = (reason is null)),
    check (reviewed_by <> opened_by)
);
create index appeals_list on appeals (state, opened_at, appeal_id);

create table judgements (
    judgement_id uuid primary key,           -- the judgement
    order_id uuid not null references orders (order_id), -- the order
    finding text not null check (finding in ('unreasonable', 'impossible')), -- what is proposed
    reason text not null,                    -- why, numbers masked
    proposed_by text not null,               -- agent:<subject>
    proposed_at timestamptz not null,        -- when
    state text not null default 'open' check (state in ('open', 'confirmed', 'rejected')), -- where it stands
    review text,                             -- what the second person says, numbers masked
    reviewed_by text,                        -- agent:<subject>, somebody else
    reviewed_at timestamptz,                 -- when
    check ((state = 'open') = (reviewed_by is null) and (state = 'open') = (reviewed_at is null)
           and (state = 'open') = (review is null)),
    check (reviewed_by <> proposed_by)
);
create unique index judgements_one_open on judgements (order_id) where state = 'open';
create index judgements_list on judgements (state, proposed_at, judgement_id);

-- What units see of the answers about them.
create index callbacks_of_unit on callbacks (unit, ended_at, callback_id) where state = 'recorded';
