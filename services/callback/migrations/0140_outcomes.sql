-- Coordination outcomes 协调结果 hold the closing of their orders: an answer that would end one waits until the outcome is
-- carried out.
alter table orders add column outcome_id uuid; -- the coordination outcome that is not carried out; null = none holds it
alter table orders add column held_outcome text
    check (held_outcome in ('solved', 'unsolved', 'unreachable', 'not_called')); -- how it ends as soon as nothing holds it
alter table orders add column held_at timestamptz; -- since when it waits for that
alter table orders drop constraint orders_state_check;
alter table orders add constraint orders_state_check check (state in ('open', 'calling_back', 'held', 'closed'));
alter table orders add constraint orders_held_check
    check ((state = 'held') = (held_outcome is not null) and (state = 'held') = (held_at is not null)
           and (state <> 'held' or outcome_id is not null));
