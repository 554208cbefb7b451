-- One document for one unit. Append-only: the bulk, written once and dropped long after its order ended.
create table documents (
    unit text not null,                      -- for whom
    seq bigint not null,                     -- 1, 2, 3, ... per unit without a gap: the pull cursor
    delivery_id uuid not null,               -- id of the document; stable over retries and ways
    order_id uuid not null,                  -- the order
    generation integer not null,             -- of the assignment
    rework integer not null,                 -- round
    notice text not null check (notice in ('assigned', 'reworked', 'return_rejected', 'revoked', 'closed')), -- what it tells
    lead boolean not null,                   -- for the lead, not for a co-handler
    document text not null,                  -- the CloudEvents document as JSON, exactly as sent
    created_at timestamptz not null,         -- when it became due
    correlation_id uuid not null,            -- of the complaint
    causation_id uuid,                       -- the event that caused the document
    traceparent text,                        -- its trace, goes on in the unit's system
    primary key (unit, seq)
);
create index documents_order on documents (order_id, unit, seq);
-- Only for the job that drops old ones; costs next to nothing to keep.
create index documents_created on documents using brin (created_at);

-- How far each document is on its way: the outbox towards the units. Small rows, because they change. What a claim
-- changes is in no index (HOT); once delivered, a row is in the primary key only.
create table deliveries (
    delivery_id uuid primary key,            -- the document
    unit text not null,                      -- for whom
    seq bigint not null,                     -- its place in the unit's feed
    order_id uuid not null,                  -- the order
    way text not null check (way in ('nats', 'webhook', 'rest')), -- how it goes (or went)
    state text not null check (state in ('waiting', 'delivered', 'failed')), -- failed: no longer pushed, still pullable
    attempts integer not null default 0 check (attempts >= 0), -- pushes begun
    next_attempt_at timestamptz not null,    -- when it is (or was) due
    leased_until timestamptz,                -- waiting and not over: somebody is sending it
    last_error text,                         -- why the last push failed
    delivered_at timestamptz,                -- first time it was handed over
    check (state <> 'delivered' or delivered_at is not null)
) with (fillfactor = 60);
create index deliveries_due on deliveries (way, next_attempt_at) where state = 'waiting' and way <> 'rest';
create index deliveries_unacknowledged on deliveries (unit, seq) where state <> 'delivered';
-- A later document of the same order and unit waits for the earlier.
create index deliveries_line on deliveries (order_id, unit, seq) where state <> 'delivered';

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
