-- Rulings 会商定规: who owns what nobody owned. Each is a duty of the directory version that was published with it,
-- and of every later one, until a pack brings a row of the same code. Append-only.
create table rulings (
    ruling_id uuid primary key,              -- the ruling
    order_id uuid not null references orders (order_id), -- the order it was asked for
    duty_code text not null unique,          -- 条目编号 of the duty it became
    duty json not null,                      -- that row of the directory, whole
    directory_version bigint not null references directory_versions (version), -- the version that has it first
    lead text not null,                      -- code of the unit that leads
    basis text not null,                     -- 依据: the document, personal data masked
    minutes text,                            -- what was said at the consultation, personal data masked
    orders uuid[] not null,                  -- every order it assigned, the first first
    ruled_by text not null,                  -- agent:<subject>
    ruled_at timestamptz not null,           -- when
    idempotency_key text,                    -- key the client sent with the request
    request_hash bytea,                      -- hash of that request
    check ((idempotency_key is null) = (request_hash is null))
);
create unique index rulings_idempotency on rulings (ruled_by, idempotency_key) where idempotency_key is not null;
create index rulings_list on rulings (ruled_at, ruling_id);
create trigger rulings_append_only before update or delete on rulings
    for each row execute function refuse_change();
