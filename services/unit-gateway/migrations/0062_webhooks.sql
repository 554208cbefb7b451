-- Secrets that overlap when they are replaced, targets inside the city's own network, another way when the first fails,
-- and what is known of the health of each endpoint.
alter table unit_access
    add column old_secret bytea,                -- the signing secret before, sealed; signs too until it retires
    add column old_secret_until timestamptz,    -- when it retires
    add column private_target boolean not null default false, -- the endpoint may be in a private network
    add column fallback text not null default 'rest' check (fallback in ('nats', 'rest')), -- the way while the webhook fails
    add column fallen_back boolean not null default false, -- the webhook fails, documents take the other way
    add constraint old_secret_retires check ((old_secret is null) = (old_secret_until is null));

-- Endpoints whose last call failed; a success removes the row.
create table unit_health (
    unit text primary key,                   -- whose endpoint
    failures integer not null check (failures > 0), -- calls in a row that failed
    failing_since timestamptz not null,      -- the first of them
    open_until timestamptz,                  -- breaker: no call before this
    alarmed_at timestamptz,                  -- when people were told, and the unit fell back to its other way
    probe_at timestamptz,                    -- alarmed: next look whether it is back
    last_error text not null                 -- why the last call failed
) with (fillfactor = 70);

alter table delivery_attempts add column unit text; -- for whom; null in rows from before this column
create index delivery_attempts_unit on delivery_attempts (unit, attempt_id);
