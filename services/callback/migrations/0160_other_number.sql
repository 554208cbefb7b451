-- Steps of the policy that call the other number are for callers who gave one. Corrections of an order count by their number.
alter table orders add column other_number boolean not null default false; -- from order.registered: the caller gave another number
alter table orders add column amendment integer not null default 0; -- number of the newest order.amended that was heard
