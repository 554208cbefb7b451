-- Who is logged in on NATS with which key, so that a key that is withdrawn ends its connections; and what was refused.
create table unit_logins (
    server_id text not null,                 -- the server
    client_id bigint not null,               -- the connection on it
    unit text not null,                      -- whose
    key_id uuid not null,                    -- the key it logged in with
    logged_in_at timestamptz not null,       -- when
    expires_at timestamptz not null,         -- when the server ends it, unless it logs in again
    primary key (server_id, client_id)
);
create index unit_logins_key on unit_logins (key_id);
create index unit_logins_expired on unit_logins (expires_at);

create table unit_denials (
    unit text not null,                      -- who the caller said it was; at most 64 characters, or '?'
    way text not null check (way in ('nats_login', 'nats_command')), -- at which door
    code text not null,                      -- why, as the answer said
    times bigint not null check (times > 0), -- how often
    first_at timestamptz not null,           -- the first
    last_at timestamptz not null,            -- the last
    primary key (unit, way, code)
);
