-- One document for one unit, on its way. The table is the outbox towards the units.
create table deliveries (
    delivery_id uuid primary key,            -- id of the document; stable over retries and ways
    order_id uuid not null,                  -- the order
    unit text not null,                      -- for whom
    seq bigint not null,                     -- 1, 2, 3, ... per unit without a gap: the pull cursor
    generation integer not null,             -- of the assignment
    rework integer not null,                 -- round
    notice text not null check (notice in ('assigned', 'reworked', 'return_rejected', 'revoked', 'closed')), -- what it tells
    lead boolean not null,                   -- for the lead, not for a co-handler
    document json not null,                  -- the CloudEvents document, exactly as sent
    way text not null check (way in ('nats', 'webhook', 'rest')), -- how it goes (or went)
    state text not null check (state in ('waiting', 'sending', 'delivered', 'failed')), -- failed: no longer pushed, still pullable
    attempts integer not null default 0 check (attempts >= 0), -- pushes begun
    next_attempt_at timestamptz not null,    -- waiting: when it is due; sending: when the sender's lease ends
    last_error text,                         -- why the last push failed
    created_at timestamptz not null,         -- when it became due
    delivered_at timestamptz,                -- first time the unit had it
    correlation_id uuid not null,            -- of the complaint
    causation_id uuid,                       -- the event that caused the document
    traceparent text,                        -- its trace, goes on in the unit's system
    unique (unit, seq),
    check (state <> 'delivered' or delivered_at is not null)
);
-- A later document of the same order and unit waits for the earlier.
create index deliveries_line on deliveries (order_id, unit, seq);
create index deliveries_due on deliveries (way, next_attempt_at) where state in ('waiting', 'sending') and way <> 'rest';
create index deliveries_unacknowledged on deliveries (unit, seq) where state <> 'delivered';

-- Every push with its outcome.
create table delivery_attempts (
    attempt_id bigint generated always as identity primary key, -- order of recording
    delivery_id uuid not null,               -- the document
    attempt integer not null,                -- 1, 2, 3, ...; begins anew when the unit's way is changed
    way text not null,                       -- how
    began_at timestamptz not null,           -- when
    took_ms integer not null,                -- until the answer or the failure
    outcome text not null check (outcome in ('delivered', 'failed')), -- what came of it
    status integer,                          -- HTTP status of a webhook
    error text                               -- why it failed
);
create index delivery_attempts_delivery on delivery_attempts (delivery_id, attempt_id);
