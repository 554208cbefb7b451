-- Every order as supervision sees it: facts of all services side by side. Each fact has its own columns and only
-- ever grows newer, so the order in which facts arrive does not matter; `state` follows from them.
create table orders (
    order_id uuid primary key,               -- as in every event
    correlation_id uuid,                     -- of the contact it came from; clock events carry it on
    order_number text,                       -- from order.registered or order.assigned
    complaint_id uuid,                       -- from order.registered
    complaint_number text,                   -- number told to the caller
    title text,                              -- one line, personal data masked
    matter text,                             -- entry of the catalogue: as routed, else as the agent chose
    division text,                           -- finest division: as routed, else as given
    kind text,                               -- kind of complaint
    urgency text,                            -- ordinary, urgent, emergency
    channel text,                            -- way the complaint came in
    confidential boolean not null default false, -- identity must not be shown to units
    accepted_at timestamptz,                 -- start of the total clock
    generation integer not null default 0,   -- newest assignment; 0 = none yet
    lead_unit text,                          -- its unit
    lead_name text,                          -- and its name then
    co_handlers jsonb,                       -- [{code, name}]
    terms jsonb,                             -- its time limits
    directory_version bigint,                -- it cites
    assigned_at timestamptz,                 -- dispatch
    assigned_sequence bigint not null default 0, -- number of that fact in routing's line
    undecided_sequence bigint not null default 0, -- number of the newest order.undecided in routing's line
    undecided_reason text,                   -- its code
    ended_generation integer not null default 0, -- newest generation that ended by an upheld return
    handled_generation integer not null default 0, -- generation of the four columns below
    signed_at timestamptz,                   -- first signing of that generation
    responded_at timestamptz,                -- first contact of that generation
    acted text check (acted in ('signed', 'responded')), -- newest of the two acts
    acted_sequence bigint not null default 0, -- its number in unit-gateway's line
    rework_generation integer not null default 0, -- generation of the two columns below
    rework integer not null default 0,       -- newest rework round
    reworked_at timestamptz,                 -- when it began
    reply_generation integer not null default 0, -- generation of the newest reply; 0 = none
    reply_rework integer not null default 0, -- its round
    replied_at timestamptz,                  -- when
    reply_sequence bigint not null default 0, -- its number in unit-gateway's line
    reply_contacted boolean not null default false, -- the unit claims it contacted the caller
    called_rework integer,                   -- round of the newest callback that was scheduled
    called_at timestamptz,                   -- when it was scheduled
    outcome text,                            -- how the order ended
    closed_at timestamptz,                   -- when
    state text not null,                     -- follows from the above
    level smallint not null default 0 check (level between 0 and 7), -- rung of the ladder of supervision; 0 = none
    due_at timestamptz,                      -- earliest limit among the open clocks; null = none open
    warn_at timestamptz,                     -- earliest warning among them
    unarmed boolean not null default false,  -- a clock could not be armed: its calendar has not been published yet
    looked_at timestamptz,                   -- when an unarmed order was last tried again; null = not yet
    check (state in ('registered', 'undecided', 'assigned', 'signed', 'responded', 'replied', 'calling_back', 'closed')),
    check ((generation = 0) = (lead_unit is null)),
    check ((generation = 0) = (terms is null)),
    check ((state = 'closed') = (closed_at is not null)),
    check ((closed_at is null) = (outcome is null)),
    check ((reply_generation = 0) = (replied_at is null)),
    check ((due_at is null) = (warn_at is null))
) with (fillfactor = 70);
create index orders_by_due on orders ((coalesce(due_at, 'infinity'::timestamptz)), order_id);
create index orders_by_unit on orders (lead_unit, (coalesce(due_at, 'infinity'::timestamptz)), order_id);
create index orders_unarmed on orders (looked_at nulls first, order_id) where unarmed;
