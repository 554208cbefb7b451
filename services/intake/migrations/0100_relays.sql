-- Contact between a unit and a caller without the number 中继: a unit that leads an order gets a token for a while, and each
-- call that it makes with it goes through the hotline's relay.
create table relays (
    relay_token uuid primary key,            -- random; means nothing outside its order and unit
    order_id uuid not null references orders, -- the order
    unit text not null,                      -- code of the lead that asked
    generation integer not null check (generation > 0), -- of its assignment; over with it
    asked_by text not null,                  -- subject of the unit's person or key
    opened_at timestamptz not null,          -- when
    expires_at timestamptz not null          -- last moment of use
);
create index relays_order on relays (order_id, opened_at);

-- Every use of a token, refused ones too.
create table relay_calls (
    call_id uuid primary key,                -- chosen by the unit: the same id is the same call
    relay_token uuid not null references relays, -- the token
    called_by text not null,                 -- subject of the unit's person or key
    from_masked text not null,               -- the unit's phone, most of it masked
    outcome text not null check (outcome in ('begun', 'connected', 'later', 'refused', 'not_allowed')), -- what came of it
    why text,                                -- why it was not connected: our code, or the provider's answer
    called_at timestamptz not null,          -- when it was asked for at first
    ended_at timestamptz,                    -- when the outcome was known
    check ((outcome = 'begun') = (ended_at is null)),
    check (outcome not in ('later', 'refused', 'not_allowed') or why is not null)
);
create index relay_calls_token on relay_calls (relay_token, called_at);

-- The number is taken out of the vault for one more purpose. The table belongs to hotline_vault where there is such a role.
do $$
declare
    keeper text := (select tableowner from pg_tables where schemaname = 'vault' and tablename = 'access_log');
begin
    execute format('set local role %I', keeper);
    alter table vault.access_log drop constraint access_log_purpose_check;
    alter table vault.access_log add constraint access_log_purpose_check
        check (purpose in ('callback', 'contact', 'emergency', 'transfer', 'supervision', 'correction'));
    reset role;
end
$$;
