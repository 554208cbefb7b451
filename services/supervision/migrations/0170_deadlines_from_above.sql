-- A hotline above, the province's, may want the result before our own total clock is due.
alter table orders
    add column due_by timestamptz;           -- from order.registered: until when the hotline above wants the result
alter table clocks
    add column not_after timestamptz;        -- the limit counts no further than that; null = as far as it goes
