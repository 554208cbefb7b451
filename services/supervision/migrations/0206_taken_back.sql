-- Whoever asked may take a request back: they deny it themselves. To grant it takes another person, for exclusions 剔除, more
-- time 延期 and rest 挂起 (0191) alike. What is there is checked by the next migration, without a lock.
alter table exclusions drop constraint exclusions_check2;
alter table exclusions add constraint exclusions_granted_by_another
    check (state <> 'granted' or reviewed_by <> requested_by) not valid;
alter table extensions add constraint extensions_granted_by_another
    check (state <> 'granted' or reviewed_by <> requested_by) not valid;
