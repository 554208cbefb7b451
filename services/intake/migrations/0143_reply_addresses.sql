-- Desks outside of the hotline that bring complaints and answer them themselves: the leaders' message board, leaders' mailboxes
-- and phones, deputies' stations. Each has an address of its own, to which the results of what it brought go.
create table reply_addresses (
    code text primary key check (code ~ '^[A-Za-z0-9_-]{1,32}$'), -- as complaints name it
    name text not null,                      -- for people
    channel text not null,                   -- what it brings comes by this channel
    way text not null check (way in ('post', 'sms')), -- post: to its system; sms: to the phone of whoever wrote
    url text,                                -- way post: its system; null = files, for a laptop
    secret_sealed bytea,                     -- sealed: signs what is posted
    private_target boolean not null default false, -- its system may be in a private network of the city
    failures integer not null default 0,     -- tries in a row that it did not take
    paused_until timestamptz,                -- nothing is told to it before, and then one result first; null = it takes what comes
    active boolean not null default true,    -- false = no new complaint may name it; what it brought is still answered
    changed_by text not null,                -- agent:<subject>
    changed_at timestamptz not null,         -- when
    check (way = 'post' or url is null)
);

-- The result of a complaint that has a reply address: written with the complaint, due when nothing of it is open.
create table results (
    result_id uuid primary key,              -- UUIDv7; stable over tries
    complaint_id uuid not null unique references complaints, -- whose
    address text not null references reply_addresses, -- to whom
    wakes integer not null default 0,        -- rises whenever something of it ended
    next_try_at timestamptz,                 -- not before; null = something of it is open, or it was refused
    attempts integer not null default 0,     -- tries that failed
    last_error text,                         -- of the last of them
    refused_at timestamptz,                  -- when it was said that it never will be taken; null = never
    told_at timestamptz,                     -- when the desk, or the provider of messages, confirmed it
    check (refused_at is null or (next_try_at is null and told_at is null))
);
-- Due ones are claimed desk by desk, so that what waits for one that is dead is not even looked at.
create index results_due on results (address, next_try_at) where told_at is null;
