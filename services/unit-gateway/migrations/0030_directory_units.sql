-- The last known copy of the directory's units: with it, a start without NATS knows who there is.

create table directory_copy (
    one boolean primary key default true check (one), -- one row
    version bigint not null,                 -- version of the directory
    published_at timestamptz not null,       -- when routing published it
    taken_at timestamptz not null            -- when it was copied
);

create table directory_units (
    unit text primary key,                   -- code of the unit
    name text not null,                      -- its name
    valid_from date,                         -- first valid day
    valid_to date                            -- last valid day; null = open-ended
);
