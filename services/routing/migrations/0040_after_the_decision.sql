-- What happens after a decision: disputes, amendments, help, and how often an order was returned.

alter table orders drop constraint orders_state_check;
alter table orders add constraint orders_state_check
    check (state in ('assigned', 'undecided', 'disputed', 'closed'));
alter table orders add column bounces integer not null default 0 check (bounces >= 0); -- upheld returns so far
alter table orders add column amendment integer not null default 0 check (amendment >= 0); -- newest amendment heard of; 0 = none

alter table assignments add column bounces integer not null default 0; -- upheld returns before this assignment: part of what was asked
alter table assignments add column return_right json;    -- whether and how often the lead may return it; null = as its terms say

-- Units that the lead asked to help, beside those of the assignment itself. Append-only.
create table helpers (
    order_id uuid not null,                  -- the order
    generation integer not null,             -- the assignment, which goes on
    unit text not null,                      -- who helps
    unit_name text not null,                 -- its name at the time
    reason text not null,                    -- why, as the lead said it, personal data masked
    added_at timestamptz not null,           -- when
    primary key (order_id, generation, unit),
    foreign key (order_id, generation) references assignments (order_id, generation)
);
create trigger helpers_append_only before update or delete on helpers
    for each row execute function refuse_change();
