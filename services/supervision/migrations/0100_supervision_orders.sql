-- Supervision orders 督办 and their steps, and what the ladder has seen already.

create sequence supervision_numbers;         -- running number of supervision orders; a gap is a transaction that failed

create table supervision_orders (
    supervision_id uuid primary key,         -- the supervision order
    order_id uuid not null,                  -- the order that is supervised
    number text not null unique,             -- of its documents, told to the unit
    batch_id uuid,                           -- request of a person that opened it or raised it last; null = the ladder alone
    unit text,                               -- who must act; null = nobody owns the order
    state text not null check (state in ('proposed', 'open', 'overdue', 'answered', 'accepted', 'discharged')), -- where it stands
    level smallint not null check (level between 1 and 7), -- rung it stands on; while proposed the one that is proposed
    proposed_level smallint check (proposed_level > level), -- higher rung that waits for a person
    leaders boolean not null,                -- on the leaders' list
    trigger text not null,                   -- what began it: code of the ladder, or by_hand
    began_at timestamptz not null,           -- when it began
    since timestamptz,                       -- from when the limit of the rung counts; null while proposed
    answer_amount integer,                   -- limit of the rung: how many
    answer_unit text,                        -- of what
    calendar text,                           -- code of the calendar it goes by
    answer_until timestamptz,                -- when the rung must be answered
    met_by text check (met_by in ('progress', 'reply', 'evidence')), -- what answers it
    evidence text[] not null,                -- codes of what an answer must bring
    answered_by text,                        -- who recorded the answer that waits for review
    steps integer not null check (steps > 0), -- how many steps it has
    discharged_at timestamptz,               -- when it ended
    outcome text,                            -- carried_out, order_closed, reassigned, unfounded
    check ((state = 'proposed') = (since is null) or state = 'discharged'),
    check ((since is null) = (answer_until is null)),
    check ((state = 'discharged') = (discharged_at is not null)),
    check ((discharged_at is null) = (outcome is null))
);
create unique index supervision_orders_live on supervision_orders (order_id) where state <> 'discharged';
create index supervision_orders_by_order on supervision_orders (order_id);
create index supervision_orders_by_time on supervision_orders (began_at, supervision_id);
create index supervision_orders_desk on supervision_orders (began_at, supervision_id) where state <> 'discharged';
create index supervision_orders_batch on supervision_orders (batch_id) where batch_id is not null;

-- What people opened by hand, for one order or several at once; a repeated request finds its own here.
create table supervision_batches (
    batch_id uuid primary key,               -- the request
    opened_by text not null,                 -- agent:<subject>
    opened_at timestamptz not null,          -- when
    idempotency_key text,                    -- key of the request; null = none given
    request_hash bytea,                      -- of the request with that key
    check ((idempotency_key is null) = (request_hash is null))
);
create unique index supervision_batches_key on supervision_batches (opened_by, idempotency_key);

-- Every step; never changed.
create table supervision_steps (
    supervision_id uuid not null references supervision_orders (supervision_id), -- the supervision order
    number integer not null check (number > 0), -- 1, 2, 3, ...
    kind text not null,                      -- what it was
    author text not null,                    -- agent:<subject>, unit:<code>, ladder
    at timestamptz not null,                 -- when
    level smallint not null check (level between 1 and 7), -- rung it is about
    from_level smallint,                     -- escalated: the rung before
    trigger text,                            -- what caused it: code of the ladder, silence, by_hand
    document text not null,                  -- number of its document
    text text not null,                      -- what is demanded, answered or decided, personal data masked
    evidence jsonb not null,                 -- what was brought or seen: [{code, reference}]
    answer_until timestamptz,                -- opened, escalated, rejected: until when it must be answered
    told text[] not null,                    -- opened, escalated: units told beside the one that must act
    outcome text,                            -- discharged: how
    primary key (supervision_id, number),
    check (kind in ('proposed', 'opened', 'escalated', 'noticed', 'expired', 'answered', 'accepted', 'rejected', 'discharged'))
);

-- What the ladder has seen: each takes effect once.
create table trigger_effects (
    order_id uuid not null,                  -- the order it had its effect on
    trigger text not null,                   -- code of the ladder
    saw text not null,                       -- what it saw: that lateness, that return, that group of orders
    supervision_id uuid not null,            -- the supervision order it began, raised or added a step to
    at timestamptz not null,                 -- when
    primary key (order_id, trigger, saw)
);
create index trigger_effects_by_group on trigger_effects (trigger, saw, at) where saw like 'same_%';

-- Orders by what makes them alike: caller, place, matter. One row per order, written when both are known.
create table alike_orders (
    order_id uuid primary key,               -- the order
    caller uuid,                             -- token of the caller; null = anonymous
    matter text not null,                    -- as routed first
    division text,                           -- finest division as routed first
    accepted_at timestamptz not null         -- when the complaint was accepted
);
create index alike_orders_by_caller on alike_orders (caller, matter, accepted_at) where caller is not null;
create index alike_orders_by_place on alike_orders (division, matter, accepted_at);

alter table orders add column caller uuid;   -- token of the caller; null = anonymous
alter table orders add column heard_generation integer not null default 0; -- generation of the next column
alter table orders add column heard_at timestamptz; -- newest act of its unit
alter table orders add column pushes jsonb;  -- what the ladder counts: {returned, contradicted, raised}; null = nothing
alter table orders add column supervision_id uuid; -- the supervision order that goes on
alter table orders add column ladder_at timestamptz; -- when the ladder must look at it by the passing of time
create index orders_ladder on orders (ladder_at) where ladder_at is not null;
