-- Corrections of what an order is about, and what they made of it. The order's columns tell how it is now, this table how it
-- became so.
alter table orders add column urgency text check (urgency in ('ordinary', 'urgent', 'emergency')); -- after an amendment; null = the complaint's
alter table orders add column facts jsonb;               -- after an amendment, values masked; null = the complaint's
alter table orders add column correlation_id uuid;        -- of the contact it came from; null for orders of before this was kept
alter table orders add column amendment integer not null default 0 check (amendment >= 0); -- newest amendment; 0 = none

create table amendments (
    order_id uuid not null references orders, -- the order
    amendment integer not null check (amendment > 0), -- 1, 2, 3, ... inside the order
    changed text[] not null check (cardinality(changed) > 0), -- matter, place, facts, urgency
    before jsonb not null,                   -- {matter, place, facts, urgency} as it was
    after jsonb not null,                    -- the same as it is since
    reason text not null,                    -- why, masked
    amended_by text not null,                -- agent:<subject>
    amended_at timestamptz not null,         -- when
    idempotency_key text,                    -- key the client sent with the request
    request_hash bytea,                      -- hash of that request
    primary key (order_id, amendment),
    check ((idempotency_key is null) = (request_hash is null))
);
create unique index amendments_idempotency on amendments (amended_by, idempotency_key) where idempotency_key is not null;
