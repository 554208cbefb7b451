-- Citizens' apps that use the standard door (Open311 GeoReport v2), and what came through it.
create table apps (
    code text primary key check (code ~ '^[A-Za-z0-9_-]{1,32}$'), -- which app
    name text not null,                      -- for people
    contact text not null,                   -- whom to ask when it misbehaves
    active boolean not null default true,    -- false = its key opens nothing
    posts_per_hour_max integer not null check (posts_per_hour_max > 0), -- requests it may post in one hour
    key_hash bytea unique check (octet_length(key_hash) = 32), -- SHA-256 of its key; null = none was made yet
    hour timestamptz not null default '-infinity', -- the hour that is counted
    posts integer not null default 0,        -- posts of that hour
    changed_by text not null,                -- agent:<subject>
    changed_at timestamptz not null          -- when
);

-- A service request of the standard: an order that an app brought. Only these are ever listed publicly: the callers of other
-- doors were never asked.
create table service_requests (
    order_id uuid primary key references orders, -- the order
    app text not null references apps,       -- the app that posted it
    listed boolean not null,                 -- false = confidential: only its app sees it
    requested_at timestamptz not null,       -- when it was accepted
    updated_at timestamptz not null,         -- when what is told of it changed last
    total_limit jsonb,                       -- {amount, unit, start}: the city's limit; null = no unit was named yet
    total_calendar text,                     -- code of the calendar that it is counted in
    total_from timestamptz,                  -- from when it is counted
    check ((total_limit is null) = (total_calendar is null) and (total_limit is null) = (total_from is null))
);
create index service_requests_requested on service_requests (requested_at desc);
create index service_requests_updated on service_requests (updated_at desc);
