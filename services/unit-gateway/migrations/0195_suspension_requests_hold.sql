-- What is there is looked at while others read and write: the lock of 0194 is gone by now.
alter table actions validate constraint actions_verb_check;
alter table documents validate constraint documents_notice_check;
