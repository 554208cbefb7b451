-- What a hotline above hands down has a deadline of its own.
alter table complaints
    add column due_by timestamptz check (due_by is null or channel = 'province'); -- until when the hotline above wants the result
