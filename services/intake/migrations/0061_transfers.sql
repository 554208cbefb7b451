-- Other hotlines, the cases handed to and fro, who owned them when, and what is still to be told.
create table peers (
    code text primary key check (code ~ '^[A-Za-z0-9_-]{1,32}$'), -- 110, 12348, a county's
    name text not null,                      -- for people
    url text,                                -- base address of its door; null = it cannot be called (by voice and by hand only)
    matters text[] not null default '{}',    -- catalogue entries whose cases are its
    active boolean not null default true,    -- false = nothing is offered to it or taken from it
    their_key_hash bytea unique check (octet_length(their_key_hash) = 32), -- SHA-256 of the key with which it calls us
    their_secret_sealed bytea,               -- sealed: the secret with which it signs
    our_key_sealed bytea,                    -- sealed: the key with which we call it
    our_secret_sealed bytea,                 -- sealed: the secret with which we sign
    changed_by text not null,                -- agent:<subject>
    changed_at timestamptz not null          -- when
);

-- One row per transfer and side; the sender's row decides who owns the case.
create table transfers (
    transfer_id uuid primary key,            -- the same on both sides
    direction text not null check (direction in ('outgoing', 'incoming')), -- seen from here
    peer text not null references peers,     -- the other hotline
    case_number text not null,               -- what both call the case
    sender_number text not null,             -- the sender's number of it
    receiver_number text,                    -- the receiver's number of it
    order_id uuid references orders,         -- our order
    complaint_id uuid references complaints, -- its complaint
    hop smallint not null check (hop between 1 and 2), -- 1 = from the hotline the caller turned to
    urgency text not null check (urgency in ('ordinary', 'urgent', 'emergency')), -- how urgent
    offer jsonb not null,                    -- what is offered: title, text, place, reason, consent, voice; masked
    state text not null check (state in ('offered', 'agreed', 'accepting', 'accepted', 'refused', 'kept', 'lapsed', 'withdrawn', 'completed')), -- where it stands
    offered_at timestamptz not null,         -- by the sender's clock
    answer_until timestamptz not null,       -- by the sender's clock
    receipt_at timestamptz,                  -- when the receiver's machine confirmed it
    decided_at timestamptz,                  -- when it was accepted, refused or ended
    why text,                                -- why it was refused, taken back or kept, masked
    better_address text,                     -- whom the receiver thinks right
    call_note text,                          -- what the three-way call came to, masked
    called_at timestamptz,                   -- when that was
    outcome text,                            -- how the case ended at the receiver
    result text,                             -- what the caller may be told, masked
    completed_at timestamptz,                -- when that was said
    correlation_id uuid not null,            -- of the contact that the case came from
    offered_by text not null,                -- agent:<subject> or peer:<code>
    alarm_cleared_by text,                   -- who has seen to a refused or lapsed emergency
    alarm_cleared_at timestamptz,            -- when
    check (direction = 'incoming' or order_id is not null),
    check (state not in ('accepted', 'completed') or (order_id is not null and receiver_number is not null)),
    check (urgency <> 'emergency' or offer ->> 'voice_at' is not null),
    check ((state = 'completed') = (completed_at is not null) and (completed_at is null) = (outcome is null) and (outcome is null) = (result is null))
);
-- An order is offered to one hotline at a time.
create unique index transfers_pending on transfers (order_id) where direction = 'outgoing' and state in ('offered', 'agreed');
create index transfers_due on transfers (answer_until) where direction = 'outgoing' and state in ('offered', 'agreed');
create index transfers_case on transfers (peer, case_number);
create index transfers_order on transfers (order_id);
create index transfers_alarms on transfers (decided_at)
    where direction = 'outgoing' and urgency = 'emergency' and state in ('refused', 'lapsed') and alarm_cleared_at is null;

-- When a case that was ever offered was ours. With the other side's table: exactly one owner at any instant.
create table ownerships (
    order_id uuid primary key references orders, -- our order
    case_number text not null,               -- what all sides call the case
    owned_from timestamptz not null,         -- acceptance, or the moment the sender's record names
    owned_until timestamptz,                 -- the end, or the moment it went to another; null = it is ours
    gained_from text,                        -- hotline it came from; null = its caller turned to us
    lost_to text,                            -- hotline it went to
    check (owned_until is null or owned_until >= owned_from)
);

-- What is to be told to other hotlines: kept until it is told. In order inside a transfer.
create table peer_messages (
    message_id uuid primary key,             -- UUIDv7: their order, and the id that the receiver recognises repeats by
    peer text not null references peers,     -- to whom
    transfer_id uuid not null,               -- about which transfer
    body jsonb not null,                     -- the message
    queued_at timestamptz not null,          -- when it became true
    next_try_at timestamptz not null,        -- not before
    attempts integer not null default 0,     -- tries that failed
    last_error text,                         -- of the last of them
    told_at timestamptz                      -- when the peer confirmed it
);
create index peer_messages_waiting on peer_messages (transfer_id, message_id) where told_at is null;

-- What daily comparisons with other hotlines found.
create table reconciliations (
    reconciliation_id uuid primary key,      -- UUIDv7
    peer text not null references peers,     -- with whom
    since timestamptz not null,              -- transfers offered from then on
    compared integer not null,               -- transfers that either side knows
    differences jsonb not null,              -- [{transfer_id, here, there}], empty = agreement
    made_at timestamptz not null             -- when
);
create index reconciliations_peer on reconciliations (peer, made_at desc);
