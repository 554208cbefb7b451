-- 未诉先办: how often each matter comes up in each area, hour by hour, and what stood out.
create table matter_hours (
    hour timestamptz not null,               -- start of the hour
    matter text not null,                    -- entry of the catalogue
    area text not null,                      -- district or zone; '' = the whole city
    orders integer not null,                 -- orders accepted in the hour
    primary key (hour, matter, area)
);
create table emerging_alerts (
    alert_id uuid primary key,               -- the alert
    matter text not null,                    -- entry of the catalogue
    area text not null,                      -- district or zone; '' = the whole city
    first_hour timestamptz not null,         -- the hour that stood out first
    last_hour timestamptz not null,          -- the last one so far
    raised_at timestamptz not null,          -- when it was said
    orders integer not null,                 -- orders of the hour that stood out most
    expected double precision not null,      -- what its history let expect then
    share double precision not null,         -- of all orders of that hour, 0 to 1
    p double precision not null              -- how likely so many are by chance
);
create index emerging_alerts_by_series on emerging_alerts (matter, area, last_hour);
create index emerging_alerts_by_time on emerging_alerts (raised_at, alert_id);

-- Orders that their caller took back, or that another hotline has accepted, are part of no rate.
alter function figure_cases rename to all_figure_cases;
create function figure_cases(span_from timestamptz, span_to timestamptz, only_unit text)
returns table (order_id uuid, generation integer, unit text, body jsonb) language sql stable as $$
    select c.order_id, c.generation, c.unit, c.body from all_figure_cases(span_from, span_to, only_unit) c
    where not exists (select 1 from orders o where o.order_id = c.order_id and o.outcome in ('withdrawn', 'transferred'))
$$;
