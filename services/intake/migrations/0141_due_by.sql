-- What a hotline above hands down has a deadline of its own.
alter table complaints
    add column due_by timestamptz;           -- until when the hotline above wants the result
alter table complaints
    add constraint complaints_due_by_check check (due_by is null or channel = 'province') not valid; -- 0144 looks at what is there
