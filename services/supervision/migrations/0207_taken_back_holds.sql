-- What is there is looked at while others read and write: the lock of 0206 is gone by now.
alter table exclusions validate constraint exclusions_granted_by_another;
alter table extensions validate constraint extensions_granted_by_another;
