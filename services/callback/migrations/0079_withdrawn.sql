-- Orders that left the hotline before their end: nobody is called about them.
alter table orders drop constraint orders_outcome_check;
alter table orders add constraint orders_outcome_check
    check (outcome in ('solved', 'unsolved', 'unreachable', 'not_called', 'withdrawn', 'transferred'));
