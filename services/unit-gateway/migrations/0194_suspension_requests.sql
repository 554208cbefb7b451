-- Leads that ask that their clocks stand still 挂起, and hear that they do not. What is there is checked by the next migration,
-- without a lock.
alter table handlings add column suspension_id uuid; -- suspension request under review

alter table actions drop constraint actions_verb_check;
alter table actions add constraint actions_verb_check
    check (verb in ('sign', 'respond', 'progress', 'request_return', 'request_extension', 'request_suspension',
                    'request_co_handlers', 'co_reply', 'reply')) not valid;

alter table documents drop constraint documents_notice_check;
alter table documents add constraint documents_notice_check
    check (notice in ('assigned', 'reworked', 'return_rejected', 'extension_granted', 'extension_denied', 'suspended',
                      'suspension_denied', 'resumed', 'supervised', 'escalated', 'summoned', 'outcome', 'answer', 'appeal',
                      'co_replied', 'amended', 'supplemented', 'revoked', 'closed')) not valid;
