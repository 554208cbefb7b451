-- A transaction that looked at the calendars before a change of one was committed may write clocks by the old one after its
-- orders were gone through. When all that ran at the first look have ended, what still goes by an older version is moved too.
alter table calendar_moves add column barrier xid8;     -- transactions older than this may have seen the old calendar
alter table calendar_moves add column checked_at timestamptz; -- when nothing by the old calendar was left behind
update calendar_moves set checked_at = done_at where done_at is not null;
create index calendar_moves_unchecked on calendar_moves (directory_version, code) where checked_at is null;
