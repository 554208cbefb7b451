-- Units are told when they are summoned, and what is promised where they meet; whether they have the order or not
-- (generation 0 = they do not).
alter table documents drop constraint documents_notice_check;
alter table documents add constraint documents_notice_check
    check (notice in ('assigned', 'reworked', 'return_rejected', 'extension_granted', 'extension_denied', 'suspended',
                      'resumed', 'supervised', 'escalated', 'summoned', 'outcome', 'co_replied', 'amended', 'supplemented',
                      'revoked', 'closed')) not valid;
