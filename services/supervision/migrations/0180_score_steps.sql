-- A closed month keeps the supervision steps that it was scored with, as it keeps its cases: a return that was upheld before
-- the closing and is heard of after it must not change what the month gives when it is computed again.
create table score_steps (
    period text not null,                    -- YYYY-MM
    revision integer not null,               -- of this revision
    supervision_id uuid not null,            -- the supervision order
    number integer not null,                 -- its step
    document text not null,                  -- number of the step's document
    level smallint not null,                 -- the rung that was opened
    at timestamptz not null,                 -- when
    order_id uuid not null,                  -- the order that is supervised
    order_number text not null,              -- its number
    generation integer not null,             -- of the unit's assignment then
    unit text not null,                      -- who had to act
    unit_name text not null,                 -- its name then
    primary key (period, revision, supervision_id, number)
);
create trigger score_steps_append_only before update or delete on score_steps
    for each row execute function refuse_change();
-- Cases are read from the tables of facts in chunks, with typed columns; no function makes documents of them any more.
drop function figure_cases(timestamptz, timestamptz, text);
