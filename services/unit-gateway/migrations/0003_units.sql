-- How units are reached and how they prove who they are.

-- The cursor of each unit's documents. The row's lock is held until the commit of the transaction that raised
-- it, so a smaller number never becomes visible after a greater one.
create table unit_feeds (
    unit text primary key,                   -- code of the unit
    last_seq bigint not null check (last_seq >= 0) -- number of its newest document
) with (fillfactor = 50);

-- The way documents go out. A unit without a row pulls.
create table unit_access (
    unit text primary key,                   -- code of the unit
    way text not null check (way in ('nats', 'webhook', 'rest')), -- how documents reach it
    endpoint text,                           -- where its webhook listens
    secret bytea,                            -- the webhook's signing secret, AES-256-GCM, bound to the unit
    active boolean not null,                 -- false: nothing is pushed, the unit may still pull
    changed_by text not null,                -- subject of the administrator
    changed_at timestamptz not null,         -- when
    check ((way = 'webhook') = (endpoint is not null)),
    check ((way = 'webhook') = (secret is not null))
);

-- Keys of the units' own systems; only their hash is kept.
create table unit_keys (
    key_id uuid primary key,                 -- what the key is named by
    unit text not null,                      -- whose it is
    key_sha256 bytea not null unique,        -- sha-256 of the whole key
    created_by text not null,                -- subject of the administrator
    created_at timestamptz not null,         -- when
    idempotency_key text,                    -- key of the request, so that a repeat makes no second one
    expires_at timestamptz not null,         -- last moment of use
    revoked_by text,                         -- subject of the administrator
    revoked_at timestamptz,                  -- when it was withdrawn
    check ((revoked_by is null) = (revoked_at is null))
);
create index unit_keys_unit on unit_keys (unit, created_at);
create unique index unit_keys_request on unit_keys (unit, created_by, idempotency_key) where idempotency_key is not null;
