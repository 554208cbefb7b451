-- A preview walks through the orders of the last days.
create index orders_accepted_at on orders (accepted_at, order_id);
