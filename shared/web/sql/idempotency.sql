-- Answers to creating requests, kept so that a repeated request gets the first answer.
-- The row is written in the transaction of the effect: either both exist or neither.
create table idempotency_keys (
    scope text not null,              -- caller, method and route: two callers may choose the same key
    key text not null,                -- the Idempotency-Key header
    request_hash bytea not null,      -- SHA-256 of the request; another request must not reuse the key
    status smallint not null,         -- HTTP status of the first answer; 0 only inside the transaction
    body jsonb not null,              -- body of the first answer
    created_at timestamptz not null default now(), -- rows are deleted some days later
    primary key (scope, key)
);
create index idempotency_keys_created_at on idempotency_keys (created_at);
