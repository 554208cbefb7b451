-- The time that callback gave a round of rework 重办; without one, the terms of the assignment hold.
alter table orders add column rework_limit jsonb; -- {amount, unit, start} of the newest round; null = the terms
