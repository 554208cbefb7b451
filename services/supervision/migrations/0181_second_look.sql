-- The second look for clocks by the old calendar goes on where it stopped, as the first does.
alter table calendar_moves
    add column looked_after uuid not null default '00000000-0000-0000-0000-000000000000'; -- every order up to this one was looked at again
