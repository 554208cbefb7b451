-- What is there is looked at while others read and write: the lock of 0190 is gone by now.
alter table documents validate constraint documents_notice_check;
