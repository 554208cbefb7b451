-- What is there is looked at while others read and write: the lock of 0141 is gone by now.
alter table complaints validate constraint complaints_due_by_check;
