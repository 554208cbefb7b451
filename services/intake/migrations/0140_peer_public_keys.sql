-- Hotlines may sign with a private key of their own (Ed25519): then nothing that the other side holds can sign for them. Both
-- sides' keys live here: those with which a peer calls us, and private keys with which we sign what we send to it. Of each two at a
-- time are good, so that one can take the place of another without a gap.
alter table peer_keys
    add column holder text not null default 'peer' check (holder in ('peer', 'us')), -- who calls, or signs, with it
    alter column key_hash drop not null,
    alter column secret_sealed drop not null,
    add column public_key text check (public_key like 'whpk\_%'), -- checks what its holder signs, where that is no shared secret
    add check (case holder
                   when 'peer' then key_hash is not null and (secret_sealed is null) <> (public_key is null)
                   -- Sealed: what the private key is made of.
                   else key_hash is null and secret_sealed is not null and public_key is not null
               end);
drop index peer_keys_peer;
create index peer_keys_peer on peer_keys (peer, holder, made_at desc);
