-- Messages to callers: a link to the survey page, or the result for those who joined an order. No number is here: intake
-- sends by the complaint.

create table messages (
    message_id uuid primary key,             -- random; intake and the provider know by it that a message is the same
    kind text not null check (kind in ('survey', 'result')), -- a link to the page, or how an order ended
    order_id uuid not null references orders (order_id), -- the order
    complaint_id uuid not null,              -- whose caller is written to
    complaint_number text,                   -- of a result: the number that caller knows
    callback_id uuid references callbacks (callback_id), -- of a survey: the task
    attempt integer,                         -- of a survey: attempts made before it
    send_at timestamptz not null,            -- not before: nobody is written to at night
    expires_at timestamptz,                  -- of a survey: when the link is of no use any more
    state text not null default 'waiting' check (state in ('waiting', 'sent', 'failed', 'pointless')), -- pointless: overtaken
    tries integer not null default 0,        -- how often intake was asked
    next_try_at timestamptz not null,        -- when it is asked next; a try takes a lease
    last_error text,                         -- what the last try ended with
    sent_at timestamptz,                     -- when intake took it
    used_at timestamptz,                     -- of a survey: when the caller answered by the link; it is of no use then
    unique (callback_id, attempt),
    check ((kind = 'survey') = (callback_id is not null) and (kind = 'survey') = (attempt is not null)
           and (kind = 'survey') = (expires_at is not null) and (kind = 'result') = (complaint_number is not null)),
    check ((state = 'sent') = (sent_at is not null))
);
create index messages_to_send on messages (next_try_at, message_id) where state = 'waiting';
create unique index messages_one_result on messages (order_id, complaint_id) where kind = 'result';

-- Complaints that joined an order: their callers get its result.
create table followers (
    order_id uuid not null,                  -- the order; it may not be known here yet
    complaint_id uuid not null,              -- the complaint that joined
    complaint_number text not null,          -- number told to its caller
    primary key (order_id, complaint_id)
);
