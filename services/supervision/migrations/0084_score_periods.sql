-- Closed periods. What is frozen is not only the result but everything it follows from, so that it can be recomputed at
-- any time to the same figures. Corrections are later revisions; nothing is changed.
create table score_closings (
    period text primary key,                 -- YYYY-MM: a person asked that it be closed, or corrected
    requested_by text not null,              -- agent:<subject>
    requested_at timestamptz not null,       -- when
    reason text not null                     -- why, personal data masked
);
create table score_revisions (
    period text not null,                    -- YYYY-MM
    revision integer not null check (revision > 0), -- 1 = the closing; each correction is one more
    span_from timestamptz not null,          -- its first moment
    span_to timestamptz not null,            -- the moment after its last
    known_at timestamptz not null,           -- facts up to here were known
    policy jsonb not null,                   -- policy `scores` as it was applied
    cases bigint not null,                   -- how many cases there are in this revision
    closed_by text not null,                 -- agent:<subject>
    reason text not null,                    -- why, personal data masked
    primary key (period, revision)
);
create table score_cases (
    period text not null,                    -- YYYY-MM
    order_id uuid not null,                  -- the order
    generation integer not null,             -- its assignment
    revision integer not null,               -- from this revision on …
    unit text,                               -- lead unit
    body jsonb,                              -- … the case is this; null = it is not in the period any more
    primary key (period, order_id, generation, revision)
);
create index score_cases_by_unit on score_cases (period, unit);
create table score_lines (
    period text not null,                    -- YYYY-MM
    revision integer not null,               -- the revision
    unit text not null,                      -- the unit
    name text not null,                      -- its name
    peer_group text not null,                -- whom it is ranked with
    rank integer,                            -- among its peers; null = too few orders
    hundredths bigint,                       -- score in hundredths of a point; null = nothing was counted
    base_hundredths bigint,                  -- before deductions and bonuses
    deducted_hundredths bigint not null,     -- sum of deductions, below zero
    bonus_hundredths bigint not null,        -- sum of bonuses
    excluded bigint not null,                -- countings that exclusions left out
    tallies jsonb not null,                  -- figure: {of, points}
    primary key (period, revision, unit)
);
create trigger score_revisions_append_only before update or delete on score_revisions
    for each row execute function refuse_change();
create trigger score_cases_append_only before update or delete on score_cases
    for each row execute function refuse_change();
create trigger score_lines_append_only before update or delete on score_lines
    for each row execute function refuse_change();
