-- Documents about amended orders, and leads that ask others to help.
alter table documents drop constraint documents_notice_check;
alter table documents add constraint documents_notice_check
    check (notice in ('assigned', 'reworked', 'return_rejected', 'amended', 'revoked', 'closed'));

alter table actions drop constraint actions_verb_check;
alter table actions add constraint actions_verb_check
    check (verb in ('sign', 'respond', 'progress', 'request_return', 'request_co_handlers', 'reply'));
