-- Names, levels and what stands above: divisions, units and matters of the newest directory version, whole.
create table directory_versions_kept (
    one boolean primary key default true check (one), -- one row
    version bigint not null,                 -- version of the directory
    published_at timestamptz not null,       -- when routing published it
    taken_at timestamptz not null            -- when it was copied
);
create table directory_entries (
    sort text not null check (sort in ('division', 'unit', 'matter')), -- of which list
    code text not null,                      -- the stable code
    name text not null,                      -- its name
    level text not null,                     -- as the city writes it
    parent text,                             -- what stands above it
    valid_from date,                         -- first valid day
    valid_to date,                           -- last valid day
    primary key (sort, code)
);
