-- What callback knows of orders, its tasks, and every answer ever given.

-- One row per order this service has heard of. Facts arrive from three services in any order after a replay,
-- so every part may be missing; a callback becomes due when all parts are there.
create table orders (
    order_id uuid primary key,               -- as in every event
    correlation_id uuid,                     -- of the contact it came from; every fact about it carries it on
    complaint_id uuid,                       -- from order.registered; null until it arrives
    order_number text,                       -- number people use
    caller uuid,                             -- token of the caller; null = nobody to call back
    confidential boolean not null default false, -- identity must not be shown to units
    channel text,                            -- way the complaint came in
    kind text,                               -- kind of complaint
    lead_unit text,                          -- unit of the newest assignment; null until order.assigned
    generation integer not null default 0,   -- newest assignment heard of; 0 = none yet
    rework integer not null default 0,       -- rework round inside the generation; 0 at first
    state text not null check (state in ('open', 'calling_back', 'closed')), -- as callback sees it
    outcome text check (outcome in ('solved', 'unsolved', 'unreachable', 'not_called')), -- how it ended
    closed_at timestamptz,                   -- when it ended
    check ((complaint_id is null) = (order_number is null)),
    check ((complaint_id is null) = (channel is null) and (complaint_id is null) = (kind is null)),
    check ((lead_unit is null) = (generation = 0)),
    check ((state = 'closed') = (outcome is not null)),
    check ((state = 'closed') = (closed_at is not null)),
    check (generation >= 0 and rework >= 0)
) with (fillfactor = 80);

-- One task per reply: the caller is asked whether the unit's claims are true.
create table callbacks (
    callback_id uuid primary key,            -- derived from order, generation and rework: the same after a replay
    order_id uuid not null references orders (order_id), -- the order
    unit text not null,                      -- the unit whose reply is checked
    generation integer not null check (generation > 0), -- its assignment
    rework integer not null check (rework >= 0), -- rework round that was replied
    claimed_solved boolean not null,         -- the unit says: solved
    claimed_contacted boolean not null,      -- the unit says: we contacted the caller
    claimed_result text check (claimed_result in ('satisfied', 'basically_satisfied', 'not_satisfied')), -- the unit says the caller said
    reply_text text not null,                -- the unit's text for the citizen, personal data masked
    replied_at timestamptz not null,         -- when the unit replied
    state text not null check (state in ('waiting', 'due', 'recorded', 'unreachable', 'not_called', 'superseded')), -- waiting: registration or assignment not here yet
    due_at timestamptz not null,             -- from when the caller may be called; replied_at while waiting
    attempts integer not null default 0 check (attempts >= 0), -- calls that did not reach the caller
    last_answer_at timestamptz,              -- when somebody last called
    last_answer_by text,                     -- who
    last_answer_key text,                    -- their Idempotency-Key, so that a repeated request changes nothing
    last_remark text,                        -- what they noted, numbers masked
    contacted boolean,                       -- the caller says: the unit contacted me
    solved boolean,                          -- the caller says: it is solved
    result text check (result in ('satisfied', 'basically_satisfied', 'not_satisfied')), -- satisfied with the result?
    attitude text check (attitude in ('satisfied', 'basically_satisfied', 'not_satisfied')), -- satisfied with the attitude?
    contradicted text[] not null default '{}', -- claims of the unit that the caller denies
    consequence text check (consequence in ('closed', 'reworked')), -- what the answer or the judgement at the desk led to
    ended_at timestamptz,                    -- when the task left waiting and due
    unique (order_id, generation, rework),
    check ((state in ('waiting', 'due')) = (ended_at is null)),
    check ((state = 'recorded') = (contacted is not null)),
    check ((contacted is null) = (solved is null) and (contacted is null) = (result is null)
           and (contacted is null) = (attitude is null)),
    check ((state in ('recorded', 'not_called')) = (consequence is not null)),
    check ((last_answer_at is null) = (last_answer_by is null))
) with (fillfactor = 80);
create unique index callbacks_one_live on callbacks (order_id) where state in ('waiting', 'due');
create index callbacks_list on callbacks (state, due_at, callback_id);

-- Every answer as it was given, reached or not. Append-only.
create table answers (
    answer_id bigint generated always as identity primary key, -- order of arrival
    callback_id uuid not null references callbacks (callback_id), -- the task
    reached boolean not null,                -- was the caller reached?
    contacted boolean,                       -- the caller says: the unit contacted me
    solved boolean,                          -- the caller says: it is solved; not reached: the desk says so
    result text,                             -- satisfied with the result?
    attitude text,                           -- satisfied with the attitude?
    remark text not null,                    -- as the callback agent wrote it, numbers masked; it may hold a name
    answered_by text not null,               -- agent:<subject>
    answered_at timestamptz not null,        -- when
    check (reached = (contacted is not null))
);
create index answers_callback on answers (callback_id, answer_id);

create function refuse_change() returns trigger language plpgsql as $$
begin
    raise exception '% is append-only', tg_table_name;
end
$$;
create trigger answers_append_only before update or delete on answers
    for each row execute function refuse_change();
