-- A published calendar that differs from the one before moves the clocks that run by it. Which calendars those are, and
-- how far the moving has come; no timer of such a calendar fires before its clock was moved.
create table calendar_moves (
    directory_version bigint not null,       -- that brought the change
    code text not null,                      -- of the calendar
    after_order uuid not null default '00000000-0000-0000-0000-000000000000', -- every order up to this one has been moved
    done_at timestamptz,                     -- when all of them were
    primary key (directory_version, code)
);
create index calendar_moves_open on calendar_moves (directory_version, code) where done_at is null;
create index clocks_of_calendar on clocks (calendar, order_id) where fires_at is not null;
