-- Coordination outcomes 协调结果: what units promised where they met, in parts. An order closes only when its outcome is
-- carried out.
create table outcomes (
    outcome_id uuid primary key,             -- the outcome
    order_id uuid not null,                  -- the order whose end it holds
    consultation_id uuid references consultations (consultation_id), -- where it was agreed; null = elsewhere
    supervision_id uuid,                     -- the supervision order it belongs to
    unit text not null,                      -- who must carry it out
    agreed text not null,                    -- what was agreed, personal data masked
    state text not null default 'open' check (state in ('open', 'carried_out', 'dropped')), -- where it stands
    recorded_by text not null,               -- agent:<subject>
    recorded_at timestamptz not null,        -- when
    ended_by text,                           -- who found its last part carried out, or gave it up; agent:<subject>
    ended_at timestamptz,                    -- when
    end_reason text,                         -- why it was given up, personal data masked
    idempotency_key text,                    -- key the client sent with the request
    request_hash bytea,                      -- hash of that request
    check ((state = 'open') = (ended_at is null) and (ended_by is null) = (ended_at is null)),
    check ((state = 'dropped') = (end_reason is not null)),
    check (state <> 'dropped' or ended_by <> recorded_by),
    check ((idempotency_key is null) = (request_hash is null))
);
-- One at most holds an order.
create unique index outcomes_one_open on outcomes (order_id) where state = 'open';
create unique index outcomes_idempotency on outcomes (recorded_by, idempotency_key) where idempotency_key is not null;
create index outcomes_list on outcomes (recorded_at, outcome_id);
create index outcomes_order on outcomes (order_id);

create table outcome_parts (
    outcome_id uuid not null references outcomes (outcome_id), -- the outcome
    number integer not null check (number > 0), -- 1, 2, 3, …
    what text not null,                      -- what is to be done, personal data masked
    until timestamptz not null,              -- until when
    carried_out_at timestamptz,              -- when it was found to be carried out; null = not yet
    carried_out_by text,                     -- who found so, agent:<subject>
    report text,                             -- what was found, personal data masked
    primary key (outcome_id, number),
    check ((carried_out_at is null) = (carried_out_by is null) and (carried_out_at is null) = (report is null))
);
-- What is due or late is few among all.
create index outcome_parts_due on outcome_parts (until, outcome_id) where carried_out_at is null;
