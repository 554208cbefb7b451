-- An order that left the hotline before its end. Intake's fact may come before the assignment that routing made meanwhile:
-- then nobody is told of that any more.
alter table order_contents add column withdrawn_at timestamptz; -- when its caller took it back or another hotline accepted it; null = neither
