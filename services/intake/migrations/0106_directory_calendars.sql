-- The calendars of the directory's newest version: with them, the promise to a caller has a date.
create table directory_calendars (
    code text primary key,                   -- its code
    calendar jsonb not null                  -- the whole calendar, as routing published it
);
