-- What unit-gateway knows of an order: its content, who handles it, and what the units did.

-- The part of every document that does not depend on the unit. Written once, from `order.registered`.
create table order_contents (
    order_id uuid primary key,               -- the order
    order_number text not null,              -- its number, for people
    kind text not null,                      -- 诉求类型
    urgency text not null,                   -- 紧急程度
    title text not null,                     -- one line, personal data masked by intake
    body text not null,                      -- what is wanted, personal data masked by intake
    matter text,                             -- entry of the catalogue, when the agent chose one
    place jsonb not null,                    -- PlaceV1
    confidential boolean not null,           -- contact only through the hotline
    accepted_at timestamptz not null         -- start of the total clock
);

-- The newest assignment of an order and how far it is. One row per order; its lock orders everything that
-- happens to the order here. Older generations live on in deliveries, actions and the journal.
create table handlings (
    order_id uuid primary key,               -- the order
    lead text not null,                      -- unit that is responsible
    co_handlers text[] not null,             -- units that help
    generation integer not null check (generation > 0), -- of the assignment; only the newest may act
    rework integer not null check (rework >= 0),        -- round; 0 at first
    state text not null check (state in ('assigned', 'signed', 'responded', 'replied', 'closed', 'revoked')), -- where it stands
    assignment jsonb not null,               -- names, matter, terms, reasons: what documents tell beside the content
    signed_at timestamptz,                   -- when the unit took this round
    responded_at timestamptz,                -- first contact in this round
    replied_at timestamptz,                  -- when the unit said it is done
    ended_at timestamptz,                    -- closed, or taken from the unit
    return_id uuid,                          -- return request under review
    correlation_id uuid not null,            -- of the complaint: carried into every fact of the units
    -- An ended row keeps the moments of its last round.
    check ((state in ('closed', 'revoked')) = (ended_at is not null)),
    check (state <> 'assigned' or (signed_at is null and responded_at is null and replied_at is null)),
    check (state not in ('signed', 'responded', 'replied') or signed_at is not null),
    check (state <> 'signed' or (responded_at is null and replied_at is null)),
    check (state <> 'responded' or (responded_at is not null and replied_at is null)),
    check (state <> 'replied' or replied_at is not null)
) with (fillfactor = 70);

-- Everything a unit did, once a round: the same action with the same content (and, where the same words may be meant
-- again, the same key) finds its row and has no second effect.
create table actions (
    order_id uuid not null,                  -- the order
    digest bytea not null,                   -- sha-256 of unit, generation, verb and content, and of what else tells it apart
    unit text not null,                      -- who
    generation integer not null,             -- of the assignment
    rework integer not null,                 -- round
    verb text not null check (verb in ('sign', 'respond', 'progress', 'request_return', 'reply')), -- what
    content jsonb not null,                  -- as given, phone numbers masked
    idempotency_key text,                    -- key of the request, when the unit chose one
    acted_at timestamptz not null,           -- when
    primary key (order_id, digest, rework)
);
create unique index actions_key on actions (order_id, unit, verb, idempotency_key) where idempotency_key is not null;
