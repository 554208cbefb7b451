-- The last known copy of the directory's divisions and matters: with it, a start without NATS knows what there is.

create table directory_copy (
    one boolean primary key default true check (one), -- one row
    version bigint not null,                 -- version of the directory
    published_at timestamptz not null,       -- when routing published it
    taken_at timestamptz not null            -- when it was copied
);

create table directory_entries (
    kind text not null check (kind in ('division', 'matter')), -- what it is
    code text not null,                      -- its code
    name text not null,                      -- its name
    parent text,                             -- code of what stands above it
    primary key (kind, code)
);
