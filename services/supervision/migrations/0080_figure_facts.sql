-- What figures are counted from and neither `orders` (the newest of each fact) nor `clocks` keeps: one row per fact,
-- written once, in the transaction of the timeline. Rows of one order and generation stand side by side.

-- Every contact, whatever became of it.
create table complaint_facts (
    complaint_id uuid primary key,           -- the complaint
    complaint_number text not null,          -- number told to the caller
    channel text not null,                   -- way it came in
    kind text not null,                      -- kind of complaint
    urgency text not null,                   -- ordinary, urgent, emergency
    disposition text not null,               -- accepted, answered, declined
    orders uuid[] not null,                  -- orders that intake says were made of it
    accepted_at timestamptz not null         -- when it was accepted
);
create index complaint_facts_by_time on complaint_facts (accepted_at);

-- What became of a contact beside orders: answered, declined, joined to an order, transferred to another hotline.
create table complaint_outcomes (
    complaint_id uuid not null,              -- the complaint
    outcome text not null check (outcome in ('answered', 'declined', 'joined', 'transferred')), -- what became of it
    order_id uuid,                           -- joined: the order it follows
    at timestamptz not null,                 -- when
    primary key (complaint_id, outcome)
);

-- Every assignment: which unit an order was dispatched to, generation by generation.
create table assignment_facts (
    order_id uuid not null,                  -- the order
    generation integer not null,             -- 1, 2, 3, ...
    unit text not null,                      -- lead unit, code
    unit_name text not null,                 -- and name then
    matter text,                             -- as routed
    divisions text[] not null,               -- chain of divisions as routed, finest first
    assigned_at timestamptz not null,        -- dispatch
    primary key (order_id, generation)
);
create index assignment_facts_by_time on assignment_facts (assigned_at);

-- Every valid callback: the caller was reached and answered.
create table callback_facts (
    callback_id uuid primary key,            -- the task
    order_id uuid not null,                  -- the order
    generation integer not null,             -- assignment whose reply was checked
    rework integer not null,                 -- its round
    contacted boolean not null,              -- the unit contacted the caller
    solved boolean not null,                 -- it is solved
    result text not null,                    -- satisfied, basically_satisfied, not_satisfied: with the result
    attitude text not null,                  -- the same: with the attitude
    at timestamptz not null                  -- when
);
create index callback_facts_by_order on callback_facts (order_id, generation);
create index callback_facts_by_time on callback_facts (at);

-- Answers that count in no figure: the demand was judged unreasonable or impossible, or the unit appealed with success.
create table void_answers (
    callback_id uuid primary key,            -- the answer
    ref_id uuid not null,                    -- the judgement or the appeal
    why text not null check (why in ('judgement', 'appeal')), -- which
    at timestamptz not null                  -- since when
);

-- What is rare: returns, denied claims, rework, corrections of the classification.
create table incident_facts (
    event_id uuid primary key,               -- the event
    order_id uuid not null,                  -- the order
    what text not null,                      -- which
    generation integer not null,             -- assignment it concerns; 0 = the order as a whole
    unit text,                               -- unit it concerns
    round integer,                           -- reworked: the new round
    ref_id uuid,                             -- return request, or callback
    detail text,                             -- return: reason code or the reviewer's words; amended: urgency after
    actor text not null,                     -- who did it
    at timestamptz not null,                 -- when
    check (what in ('return_requested', 'return_upheld', 'return_rejected', 'contradicted', 'reworked', 'amended'))
);
create index incident_facts_by_order on incident_facts (order_id, generation);
create index incident_facts_by_time on incident_facts (at);

-- Due dates of a period. Clocks are written in the order of time, so ranges of blocks find them, and unlike a tree
-- they cost the hot path nothing when a clock changes.
create index clocks_by_due on clocks using brin (due_at timestamptz_minmax_multi_ops) with (pages_per_range = 32, autosummarize = on);
