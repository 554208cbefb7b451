-- What callers asked for, and the orders made of it. Free text stands here with names and phone numbers masked;
-- the unmasked words and the identity are in the schema `vault` (0003).

-- Running part of complaint numbers (yymmdd + this, six digits or more). A sequence never blocks and may leave
-- gaps; it is not set back at midnight, so a number stays unique even when the local date repeats.
create sequence complaint_numbers;

create table complaints (
    complaint_id uuid primary key,           -- UUIDv7: its order is the order of the list
    complaint_number text not null unique,   -- told to the caller
    channel text not null check (channel in ('phone', 'sms', 'wechat', 'app', 'web', 'mailbox', 'message_board', 'province', 'hotline', 'visit')), -- by which door it came
    kind text not null check (kind in ('consultation', 'help', 'grievance', 'suggestion', 'criticism', 'report', 'praise', 'other')), -- what it is
    urgency text not null check (urgency in ('ordinary', 'urgent', 'emergency')), -- how urgent
    title text not null,                     -- one line, masked
    text text not null,                      -- what is wanted, masked
    matter text,                             -- entry of the catalogue, when the agent chose one
    division text,                           -- place: division code
    longitude double precision check (longitude between -180 and 180), -- place: WGS84 degrees east
    latitude double precision check (latitude between -90 and 90),     -- place: WGS84 degrees north
    address text,                            -- place: free text, masked
    facts jsonb not null default '{}',       -- facts that conditions of duties ask for, values masked
    confidential boolean not null,           -- identity is never shown to units; always true for reports
    source_number text,                      -- number of the sending system
    caller uuid,                             -- token of the caller: tells "same caller" and nothing else
    disposition text not null check (disposition in ('accepted', 'answered', 'declined')), -- what intake did with it
    answer text,                             -- what the caller was told at once, masked
    reason text,                             -- why it was declined: code of the intake scope or the agent's reason, masked
    advice text,                             -- where the caller was told to turn, masked
    accepted_at timestamptz not null,        -- start of the total clock
    accepted_by text not null,               -- agent:<subject>
    idempotency_key text,                    -- key the client sent with the request
    request_hash bytea,                      -- keyed hash of that request
    check ((disposition = 'answered') = (answer is not null)),
    check ((disposition = 'declined') = (reason is not null)),
    check ((disposition = 'declined') = (advice is not null)),
    check ((longitude is null) = (latitude is null)),
    check ((idempotency_key is null) = (request_hash is null)),
    check (kind <> 'report' or confidential)
);
-- A number of a sending system is registered once, however often and by whomever it is sent.
create unique index complaints_source on complaints (channel, source_number) where source_number is not null;
-- A key of one client is used once.
create unique index complaints_idempotency on complaints (accepted_by, idempotency_key) where idempotency_key is not null;

-- One matter at one place that one lead unit must handle. What is null here is as in the complaint.
-- The lower half is what other services reported, for the caller's progress. Rows change some six times:
-- the free space keeps those updates on the page and out of the indexes.
create table orders (
    order_id uuid primary key,               -- UUIDv7
    order_number text not null unique,       -- complaint number, dash, position
    complaint_id uuid not null references complaints, -- what it was made from
    position smallint not null check (position between 1 and 10), -- 1, 2, 3, ... inside the complaint
    title text,                              -- one line, masked; null = the complaint's
    text text,                               -- what is wanted, masked; null = the complaint's
    matter text,                             -- entry of the catalogue; null = the complaint's
    own_place boolean not null default false, -- true when the place columns here hold, false = the complaint's
    division text,                           -- place: division code
    longitude double precision check (longitude between -180 and 180), -- place: WGS84 degrees east
    latitude double precision check (latitude between -90 and 90),     -- place: WGS84 degrees north
    address text,                            -- place: free text, masked
    state text not null default 'registered' check (state in ('registered', 'undecided', 'assigned', 'signed', 'responded', 'replied', 'closed')), -- as the caller may know it
    generation integer not null default 0 check (generation >= 0), -- of the newest assignment; 0 = none yet
    rework integer not null default 0 check (rework >= 0),         -- round with the same unit
    unit_code text,                          -- lead of that generation
    unit_name text,                          -- its name at the time of the decision; null until the assignment is heard of
    assigned_at timestamptz,                 -- when that generation was dispatched; null until then, too
    signed_at timestamptz,                   -- when the unit took it, this round
    responded_at timestamptz,                -- first contact, this round
    replied_at timestamptz,                  -- when the unit said it is done, this round
    reply_text text,                         -- what the unit says to the citizen
    reply_solved boolean,                    -- what the unit claims
    outcome text check (outcome in ('solved', 'unsolved', 'unreachable', 'not_called')), -- how it ended
    closed_at timestamptz,                   -- the end
    check ((longitude is null) = (latitude is null)),
    check (own_place or (division is null and longitude is null and address is null)),
    check ((unit_name is null) = (assigned_at is null) and (unit_name is null or unit_code is not null)),
    check (state not in ('assigned', 'signed', 'responded', 'replied') or (unit_code is not null and generation > 0)),
    check (state <> 'signed' or signed_at is not null),
    check (state <> 'responded' or responded_at is not null),
    check (state <> 'replied' or replied_at is not null),
    check ((replied_at is null) = (reply_text is null) and (replied_at is null) = (reply_solved is null)),
    check ((state = 'closed') = (closed_at is not null) and (state = 'closed') = (outcome is not null)),
    unique (complaint_id, position)
) with (fillfactor = 70);

-- A later complaint about the same event that joined an existing order and gets its result.
create table followers (
    complaint_id uuid primary key references complaints, -- the complaint that follows
    order_id uuid not null references orders,            -- the order that is followed
    followed_at timestamptz not null                     -- since when
);
create index followers_order on followers (order_id);
