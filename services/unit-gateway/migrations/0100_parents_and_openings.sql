-- Second-level platforms 二级平台: the unit above one reads its orders; and what units open is written down.
alter table directory_units add column parent text; -- the unit above it, as the directory says
create index directory_units_parent on directory_units (parent) where parent is not null;
-- The copy was taken without parents: this makes the next look take it again.
update directory_copy set version = 0;
-- Orders of the units below one.
create index handlings_lead on handlings (lead, order_id);

-- What units looked at, beside what was delivered to them. What one person or key repeats within an hour is one line.
-- No job drops any.
create table openings (
    order_id uuid not null,                  -- the order
    unit text not null,                      -- for which unit
    opened_by text not null,                 -- subject of the person or key
    what text not null check (what in ('order', 'order_of_sub_unit', 'evidence', 'contact', 'call')), -- the order, evidence, or the caller through the relay
    hour timestamptz not null,               -- the hour in which it was
    times bigint not null check (times > 0), -- how often
    first_at timestamptz not null,           -- the first
    last_at timestamptz not null,            -- the last
    primary key (order_id, unit, opened_by, what, hour)
);
