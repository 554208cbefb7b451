-- What callers added to orders is in every later document; and units on NATS that do not read are told of.
alter table order_contents add column supplements jsonb not null default '[]'; -- UnitSupplementV1, oldest first

alter table documents drop constraint documents_notice_check;
alter table documents add constraint documents_notice_check
    check (notice in ('assigned', 'reworked', 'return_rejected', 'extension_granted', 'extension_denied', 'suspended',
                      'resumed', 'supervised', 'escalated', 'co_replied', 'amended', 'supplemented', 'revoked', 'closed'));

-- Units on NATS for which something waits; who has read everything has no row.
create table unit_readers (
    unit text primary key,                   -- whose consumer
    acknowledged bigint not null,            -- how far its acknowledgements reach
    unread bigint not null,                  -- documents it has not acknowledged
    since timestamptz not null,              -- since when they reach no further
    alarmed_at timestamptz                   -- when people were told
) with (fillfactor = 70);
