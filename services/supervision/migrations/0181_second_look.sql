-- The second look for clocks by the old calendar goes on where it stopped, as the first does, with the same column.
update calendar_moves set after_order = '00000000-0000-0000-0000-000000000000' where done_at is not null and checked_at is null;
comment on column calendar_moves.after_order is
    'every order up to this one has been moved; from done_at on, looked at a second time';
