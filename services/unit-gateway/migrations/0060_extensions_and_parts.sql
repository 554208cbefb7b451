-- Leads that ask for more time, and units that help and say that their part is done.
alter table handlings add column extension_id uuid; -- extension request under review

alter table documents drop constraint documents_notice_check;
alter table documents add constraint documents_notice_check
    check (notice in ('assigned', 'reworked', 'return_rejected', 'extension_granted', 'extension_denied', 'suspended',
                      'resumed', 'supervised', 'escalated', 'co_replied', 'amended', 'revoked', 'closed'));

alter table actions drop constraint actions_verb_check;
alter table actions add constraint actions_verb_check
    check (verb in ('sign', 'respond', 'progress', 'request_return', 'request_extension', 'request_co_handlers',
                    'co_reply', 'reply'));
