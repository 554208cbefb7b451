-- A breached clock that still waits goes by the newest calendar, too.
drop index clocks_of_calendar;
create index clocks_of_calendar on clocks (calendar, order_id) where state in ('running', 'warned', 'breached');
alter table calendar_moves add column noted_at timestamptz not null default now(); -- when the change was heard
