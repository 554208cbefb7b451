-- The storm brake: times at which an implausible share of all timers fell due at once, and who let them fire.
create table timer_holds (
    hold_id uuid primary key,                -- the hold
    held_at timestamptz not null,            -- since when nothing fires
    due integer not null,                    -- so many were due then
    released_at timestamptz,                 -- when a person let them fire
    released_by text,                        -- agent:<subject>
    reason text,                             -- why
    check ((released_at is null) = (released_by is null))
);
create unique index timer_holds_open on timer_holds ((true)) where released_at is null;
