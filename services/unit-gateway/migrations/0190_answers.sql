-- What callers said against units, so that the systems of those may appeal 申诉; of any other answer there is no row.
create table answers (
    callback_id uuid primary key,            -- the answer, by callback's name for it
    order_id uuid not null,                  -- its order
    unit text not null,                      -- whose reply it is about; it need not have the order any more
    generation integer not null,             -- of the assignment in which it replied
    rework integer not null,                 -- round of that reply
    appeal_until timestamptz not null,       -- last moment for an appeal
    correlation_id uuid not null,            -- of the complaint: carried into what the unit says
    appeal text,                             -- how far the unit's appeal is; null = there is none
    ground text,                             -- why the answer is wrong, numbers masked
    appealed_at timestamptz,                 -- when the unit said so, or callback told of it
    check (appeal in ('requested', 'open', 'upheld', 'rejected', 'refused')),
    check ((appeal is null) = (appealed_at is null))
);
create index answers_of_order on answers (order_id);

-- Units are told of both, whether they have the order or not.
alter table documents drop constraint documents_notice_check;
alter table documents add constraint documents_notice_check
    check (notice in ('assigned', 'reworked', 'return_rejected', 'extension_granted', 'extension_denied', 'suspended',
                      'resumed', 'supervised', 'escalated', 'summoned', 'outcome', 'answer', 'appeal', 'co_replied', 'amended',
                      'supplemented', 'revoked', 'closed')) not valid;
