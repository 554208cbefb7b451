-- Keys with which other hotlines call us: two at a time, so that one can take the place of another without a gap.
create table peer_keys (
    key_id uuid primary key,                 -- its name
    peer text not null references peers,     -- who calls with it
    key_hash bytea not null unique check (octet_length(key_hash) = 32), -- SHA-256 of the key
    secret_sealed bytea not null,            -- sealed: the secret with which its holder signs
    made_at timestamptz not null,            -- when it was made
    made_by text not null,                   -- agent:<subject>
    ends_at timestamptz                      -- not valid from then on; null = until another takes its place
);
create index peer_keys_peer on peer_keys (peer, made_at desc);

insert into peer_keys (key_id, peer, key_hash, secret_sealed, made_at, made_by)
    select gen_random_uuid(), code, their_key_hash, their_secret_sealed, changed_at, changed_by
    from peers where their_key_hash is not null and their_secret_sealed is not null;
alter table peers drop column their_key_hash, drop column their_secret_sealed;
