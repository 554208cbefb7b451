-- Requests that an order stand still 挂起, with what became of them. A suspension that comes of one has the same id; those
-- of before had none.
create table suspension_requests (
    suspension_id uuid primary key,          -- the request, and the suspension when it is granted
    order_id uuid not null,                  -- the order
    unit text not null,                      -- the lead unit, whose clocks would stand still
    generation integer not null,             -- of the assignment
    reason_code text not null,               -- of the city's policy
    reason text not null,                    -- why, personal data masked
    until timestamptz not null,              -- until when it is asked for
    basis text,                              -- document the unit relies on
    attachments uuid[] not null,             -- evidence of the unit, as unit-gateway keeps it
    requested_by text not null,              -- unit:<code> or agent:<subject>
    requested_at timestamptz not null,       -- when
    state text not null check (state in ('requested', 'granted', 'denied', 'lapsed')), -- where it stands
    code text,                               -- why denied or lapsed: a rule of the city, reviewed, lapsed, superseded
    granted_until timestamptz,               -- until when it was granted
    reviewed_by text,                        -- agent:<subject>; service:supervision when a rule or time decided
    review_reason text,                      -- why
    reviewed_at timestamptz,                 -- when
    check ((state = 'requested') = (reviewed_at is null)),
    check ((state = 'granted') = (granted_until is not null)),
    check (granted_until <= until),
    check (state <> 'granted' or reviewed_by <> requested_by)
);
create index suspension_requests_order on suspension_requests (order_id);
create index suspension_requests_list on suspension_requests (requested_at, suspension_id);
-- What waits is few among all.
create index suspension_requests_desk on suspension_requests (requested_at, suspension_id) where state = 'requested';
create index suspension_requests_past on suspension_requests (until) where state = 'requested';
