-- Orders that left the hotline before their end, and what callers added to complaints.
alter table orders drop constraint orders_outcome_check;
alter table orders add constraint orders_outcome_check
    check (outcome in ('solved', 'unsolved', 'unreachable', 'not_called', 'withdrawn', 'transferred'));

create table withdrawals (
    order_id uuid primary key references orders, -- the order
    outcome text not null check (outcome in ('withdrawn', 'transferred')), -- its caller took it back, or another hotline accepted it
    transfer_id uuid,                        -- the transfer that took it away
    reason text not null,                    -- why, masked
    withdrawn_by text not null,              -- agent:<subject>, or peer:<code>
    withdrawn_at timestamptz not null,       -- when
    check ((outcome = 'transferred') = (transfer_id is not null))
);

create table supplements (
    complaint_id uuid not null references complaints, -- the complaint
    supplement integer not null check (supplement > 0), -- 1, 2, 3, ... inside the complaint
    text text not null,                      -- what was added, masked
    added_by text not null,                  -- agent:<subject>
    added_at timestamptz not null,           -- when
    idempotency_key text,                    -- key the client sent with the request
    request_hash bytea,                      -- hash of that request
    primary key (complaint_id, supplement),
    check ((idempotency_key is null) = (request_hash is null))
);
create unique index supplements_idempotency on supplements (added_by, idempotency_key) where idempotency_key is not null;
