-- Two ways to another hotline: its door over HTTPS, and a link between two NATS servers.
alter table peers
    add column ways text[] not null default '{https}'
        check (ways <@ array['https', 'nats'] and cardinality(ways) between 1 and 2); -- in the order in which they are tried

alter table peer_messages
    add column answers uuid,                 -- null: a message about a transfer; else what came of the peer's document with this id
    add column stored_at timestamptz;        -- when the peer's stream confirmed the newest try over NATS; null = none since its last failure

-- A peer's document is answered once at a time, whatever comes of it being said again.
create unique index peer_messages_replies on peer_messages (peer, answers) where told_at is null and answers is not null;
create index peer_messages_peer on peer_messages (peer, message_id) where told_at is null;
