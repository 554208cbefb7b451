-- Orders that nobody owns until a ruling says who does.
alter table orders add column disputed_sequence bigint not null default 0; -- number of the newest order.disputed in routing's line; it is an "undecided" too
alter table orders drop constraint orders_state_check;
alter table orders add constraint orders_state_check
    check (state in ('registered', 'undecided', 'disputed', 'assigned', 'signed', 'responded', 'replied', 'calling_back', 'closed'));
