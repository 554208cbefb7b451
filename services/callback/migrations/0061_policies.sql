-- Policies of the city as immutable versions, and what they ask of orders and tasks.

create table policy_versions (
    version bigint primary key,              -- 1, 2, 3, …; 0 is the compiled-in default and has no row
    document text not null,                  -- TOML as it was given; what it leaves out is as in the default
    author text not null,                    -- agent:<subject>
    published_at timestamptz not null        -- from when it holds, for everything decided from then on
);
create trigger policy_versions_append_only before update or delete on policy_versions
    for each row execute function refuse_change();

alter table orders add column title text;    -- one line, personal data masked; null for orders of before
alter table orders add column matter text;   -- entry of the catalogue, once somebody has named one
alter table orders add column facts jsonb not null default '{}'; -- facts that rules may ask for: name → value

alter table callbacks add column way text check (way in ('sms', 'phone', 'second_phone')); -- how the next attempt is made; null: the desk judges
alter table callbacks add column asked_way text check (asked_way in ('sms', 'phone', 'second_phone')); -- how the caller was reached
alter table callbacks add column asked_with uuid; -- the task whose call answered this one too
alter table callbacks add column not_called_reason text
    check (not_called_reason in ('nobody_to_call', 'not_in_share', 'policy', 'asked_elsewhere')); -- why nobody was called; null: in vain
alter table callbacks add column claimed_by text; -- agent who is calling; a claim ends by itself
alter table callbacks add column claimed_until timestamptz; -- when it does
alter table callbacks add check ((claimed_by is null) = (claimed_until is null));

update callbacks c set way = 'phone' from orders o
    where o.order_id = c.order_id and c.state = 'due' and o.caller is not null;
update callbacks set asked_way = 'phone' where state = 'recorded';
update callbacks set not_called_reason = 'nobody_to_call' where state = 'not_called';
alter table callbacks add check ((state = 'recorded') = (asked_way is not null));

-- The queue of the phone: oldest promise first.
create index callbacks_queue on callbacks (due_at, callback_id) where state = 'due' and way is distinct from 'sms';
-- Messages whose answer is waited for.
create index callbacks_messages on callbacks (due_at, callback_id) where state = 'due' and way = 'sms';
-- One person, one matter, one call.
create index orders_person_matter on orders (caller, matter) where state = 'calling_back';
