-- Steps of the policy that call the other number are for callers who gave one.
alter table orders add column second_phone boolean not null default false; -- from order.registered: there is another number
