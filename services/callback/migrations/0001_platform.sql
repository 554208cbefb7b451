-- The platform's own tables: identical in every service (a structure test compares the files).
-- Facts go out through journal + outbox, come in through inbox, wait in held_messages, and end,
-- when nothing helps, in dead_letters. Shards are leased in shard_leases.

-- Last sequence number per line (an order id or a complaint id). The row lock that raises it is what
-- makes facts of one line commit in the order of their numbers.
create table event_sequences (
    key uuid primary key,                    -- order id or complaint id
    last bigint not null check (last > 0)    -- number of the newest fact of that line
) with (fillfactor = 80);

create sequence journal_id;

-- Every fact this service has published or will publish, append-only, in day partitions that are dropped whole.
create table journal (
    day date not null default (now() at time zone 'utc')::date, -- partition: UTC day of the commit
    id bigint not null default nextval('journal_id'),           -- order of publication inside a line
    shard smallint not null check (shard between 0 and 15),     -- stable hash of key, modulo 16
    key uuid not null,                       -- order id or complaint id
    sequence bigint not null,                -- 1, 2, 3, ... inside key
    event_id uuid not null,                  -- Nats-Msg-Id; stable over every republication
    event_type text not null,                -- <service>.<noun>.<past>.v<n>
    occurred_at timestamptz not null,        -- when the fact became true
    recorded_at timestamptz not null default now(), -- when its transaction began: what `replay --since` asks for
    correlation_id uuid not null,            -- one id for all that follows from one contact
    causation_id uuid,                       -- the event that led here
    actor text not null,                     -- agent:<subject>, unit:<code>, clock, service:<name>
    traceparent text,                        -- W3C trace context of the command
    data json not null,                      -- the payload, exactly as published
    primary key (day, id)
) partition by range (day);
create table journal_default partition of journal default;

-- Which journal rows are not yet acknowledged by JetStream. Tiny: rows live for milliseconds.
create table outbox (
    id bigint primary key,                   -- journal.id
    day date not null,                       -- journal.day
    shard smallint not null                  -- journal.shard
) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000, autovacuum_vacuum_cost_delay = 0);

-- Which life of the stream EVENTS this service publishes into. A stream that was lost and made anew has another;
-- nothing is published into that before `replay` has queued what was lost, and forgotten the old life.
create table stream_life (
    only_row boolean primary key default true check (only_row), -- there is one
    created_at timestamptz                   -- when the stream was created; null: the next one seen is it
);
insert into stream_life default values;

-- Every event this service has taken charge of; a second copy finds its row and is dropped.
create table inbox (
    day date not null,                       -- UTC day of the event's occurred_at: the same for every copy
    event_id uuid not null,                  -- the envelope's id
    taken_at timestamptz not null default now(), -- when
    primary key (day, event_id)
) partition by range (day);
create table inbox_default partition of inbox default;

-- How far each shard's feed has come: every message up to here has taken effect, later ones may have. A consumer that
-- the server has forgotten begins again behind it.
create table feed_positions (
    shard smallint primary key check (shard between 0 and 15), -- the shard
    life timestamptz not null,               -- creation time of the stream in which the sequence counts
    sequence bigint not null                 -- sequence in the stream
) with (fillfactor = 50);

-- Events that failed, and every later event of the same line behind them, in order of arrival.
create table held_messages (
    position bigint generated always as identity primary key, -- order of arrival
    event_id uuid not null unique,           -- the envelope's id
    key uuid not null,                       -- the line that waits
    shard smallint not null,                 -- its shard: whose holder retries it
    event_type text not null,                -- for people
    envelope text not null,                  -- the message body as received
    attempts integer not null default 0,     -- tries so far; 0 = only waits behind another
    next_attempt_at timestamptz not null,    -- database time of the next try
    reason text,                             -- why the last try failed
    held_since timestamptz not null default now() -- arrival
);
create index held_messages_key on held_messages (key, position);
create index held_messages_due on held_messages (shard, next_attempt_at);

-- Events that no retry will help: for a person to replay or skip. While one is parked, its line waits.
create table dead_letters (
    dead_letter_id uuid primary key default gen_random_uuid(), -- what the command line and API name it by
    event_id uuid,                           -- the envelope's id; null when the body cannot be read
    key uuid,                                -- the line it blocks; null when unknown, then it blocks nothing
    shard smallint not null,                 -- shard it arrived on
    subject text not null,                   -- event type or NATS subject
    body text not null,                      -- the message as received (lossy where it was not UTF-8)
    attempts integer not null,               -- tries before it was parked
    reason text not null,                    -- why the last one failed
    parked_at timestamptz not null default now(), -- when
    state text not null default 'parked' check (state in ('parked', 'replayed', 'skipped')), -- what became of it
    resolved_at timestamptz,                 -- when a person replayed or skipped it
    resolved_by text,                        -- who
    note text,                               -- why
    check ((state = 'parked') = (resolved_at is null))
);
create index dead_letters_parked on dead_letters (key) where state = 'parked';

-- Which replica runs which shard. Database time; the epoch rises with every new holder and fences the old one.
create table shard_leases (
    shard smallint primary key check (shard between 0 and 15), -- the shard
    holder text,                             -- replica id, null when free
    epoch bigint not null default 0,         -- rises whenever the holder changes
    expires_at timestamptz not null default '-infinity' -- the holder must renew before
);
insert into shard_leases (shard) select generate_series(0, 15);

-- Replicas that are alive, so that shards are shared evenly.
create table replicas (
    replica text primary key,                -- replica id
    expires_at timestamptz not null          -- must renew before
);

-- Creates the day partitions of journal and inbox from today to `ahead` days on, and drops those older than
-- the given days. A day that already has rows in a default partition keeps them there; one with facts that are
-- not yet published is kept until they are.
create function keep_partitions(ahead integer, journal_keep_days integer, inbox_keep_days integer) returns void
language plpgsql as $$
declare
    today date := (now() at time zone 'utc')::date;
    d date;
    t text;
    old record;
begin
    foreach t in array array['journal', 'inbox'] loop
        for d in select generate_series(today, today + ahead, interval '1 day')::date loop
            if to_regclass(t || '_' || to_char(d, 'YYYYMMDD')) is null then
                begin
                    execute format('create table %I partition of %I for values from (%L) to (%L)',
                        t || '_' || to_char(d, 'YYYYMMDD'), t, d, d + 1);
                exception when check_violation then
                    raise notice 'rows of % already stand in the default partition of %', d, t;
                end;
            end if;
        end loop;
        for old in
            select c.relname from pg_inherits i join pg_class c on c.oid = i.inhrelid
            where i.inhparent = t::regclass and c.relname ~ ('^' || t || '_\d{8}$')
              and to_date(right(c.relname, 8), 'YYYYMMDD')
                  < today - case t when 'journal' then journal_keep_days else inbox_keep_days end
              and not (t = 'journal'
                  and exists (select 1 from outbox o where o.day = to_date(right(c.relname, 8), 'YYYYMMDD')))
        loop
            execute format('drop table %I', old.relname);
        end loop;
    end loop;
end
$$;
