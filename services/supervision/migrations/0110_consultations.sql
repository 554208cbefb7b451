-- Consultations 会商: units meet to settle whose an order is, or what becomes of one that is stuck.
create table consultations (
    consultation_id uuid primary key,        -- the consultation
    orders uuid[] not null check (cardinality(orders) > 0), -- what it is about
    units text[] not null check (cardinality(units) > 0), -- who is summoned
    question text not null,                  -- what is to be settled, personal data masked
    meets_at timestamptz not null,           -- when they meet
    meets_where text not null,               -- where, personal data masked
    on_site boolean not null,                -- they meet where it is: on-site supervision 现场督办
    supervision_id uuid,                     -- the supervision order it belongs to
    state text not null check (state in ('opened', 'held', 'ruled', 'refused', 'ended', 'cancelled')), -- where it stands
    opened_by text not null,                 -- agent:<subject>
    opened_at timestamptz not null,          -- when it was called
    came text[],                             -- which of the units came; null = not held yet
    minutes text,                            -- what was said, personal data masked
    held_by text,                            -- who wrote the minutes, agent:<subject>
    held_at timestamptz,                     -- when
    ended_by text,                           -- who cancelled it or ended it without a ruling, agent:<subject>
    ended_at timestamptz,                    -- when
    end_reason text,                         -- why, personal data masked
    idempotency_key text,                    -- key the client sent with the request
    request_hash bytea,                      -- hash of that request
    check (came <@ units),
    check ((minutes is null) = (held_at is null) and (came is null) = (held_at is null) and (held_by is null) = (held_at is null)),
    check ((state in ('ended', 'cancelled')) = (ended_at is not null)),
    check ((ended_by is null) = (ended_at is null) and (end_reason is null) = (ended_at is null)),
    check ((idempotency_key is null) = (request_hash is null))
);
create unique index consultations_idempotency on consultations (opened_by, idempotency_key) where idempotency_key is not null;
create index consultations_list on consultations (opened_at, consultation_id);
create index consultations_orders on consultations using gin (orders);

-- Rulings 会商定规 as they were made here. Routing makes each a duty, or refuses it; then a person rules again.
create table consultation_rulings (
    ruling_id uuid primary key,              -- the ruling
    consultation_id uuid not null references consultations (consultation_id), -- where it was made
    order_id uuid not null,                  -- about which order
    lead text not null,                      -- 主办
    co_handlers text[] not null,             -- 协办
    matter text,                             -- what it is about; null = the order's matter
    division text,                           -- where it holds; null = the finest division of the order's place
    conditions text not null,                -- 条件 in the grammar of duties; empty = none
    basis text not null,                     -- the document, personal data masked
    valid_from date,                         -- first day; null = the day it is enacted
    valid_to date,                           -- last day; null = until further notice
    made_by text not null,                   -- agent:<subject>
    made_at timestamptz not null,            -- when
    refused_at timestamptz,                  -- when routing refused it; null = it stands
    refusal_code text,                       -- stable code of the problem
    refusal_field text,                      -- what of the ruling is at fault
    refusal_reason text,                     -- why
    check ((refused_at is null) = (refusal_code is null) and (refused_at is null) = (refusal_reason is null))
);
create index consultation_rulings_of on consultation_rulings (consultation_id, made_at);
-- One ruling at most stands for an order of a consultation.
create unique index consultation_rulings_standing on consultation_rulings (consultation_id, order_id) where refused_at is null;
-- Disputed orders are few among many; they are listed as waiting for a consultation.
create index orders_disputed on orders ((coalesce(accepted_at, 'epoch'::timestamptz)), order_id) where state = 'disputed';
