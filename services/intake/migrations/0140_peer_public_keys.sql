-- Hotlines may sign with a private key of their own (Ed25519): then nothing that the other side holds can sign for them.
alter table peer_keys
    alter column secret_sealed drop not null,
    add column public_key text check (public_key like 'whpk\_%'), -- checks what the peer signs, instead of a shared secret
    add check ((secret_sealed is null) <> (public_key is null));

-- Private keys with which we sign what we send to a peer: two at a time sign, so that it can change over without a gap.
create table peer_signing_keys (
    key_id uuid primary key,                 -- its name
    peer text not null references peers,     -- who checks it
    seed_sealed bytea not null,              -- sealed: what the private key is made of
    public_key text not null check (public_key like 'whpk\_%'), -- what the peer checks with
    made_at timestamptz not null,            -- when it was made
    made_by text not null,                   -- agent:<subject>
    ends_at timestamptz                      -- does not sign from then on; null = until another takes its place
);
create index peer_signing_keys_peer on peer_signing_keys (peer, made_at desc);
