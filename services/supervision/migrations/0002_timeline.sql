-- Everything that ever happened, from every service. Append-only: this is the evidence.
create table timeline (
    event_id uuid primary key,               -- the envelope's id: an event that comes again after years is recognised
    position bigint generated always as identity, -- order of arrival
    key uuid not null,                       -- order id or complaint id (or the directory) in whose line it stands
    service text not null,                   -- who published it
    sequence bigint not null,                -- 1, 2, 3, ... without a gap inside (service, key)
    event_type text not null,                -- <service>.<noun>.<past>.v<n>; also types this program does not know
    occurred_at timestamptz not null,        -- when the fact became true, by its service's database
    recorded_at timestamptz not null,        -- when it arrived here
    actor text not null,                     -- agent:<subject>, unit:<code>, clock, service:<name>
    correlation_id uuid not null,            -- one id for all that follows from one contact
    causation_id uuid,                       -- the event that led here
    summary jsonb not null                   -- the payload as published; personal data are masked at the source
);
create index timeline_line on timeline (key, service, sequence);

create function refuse_change() returns trigger language plpgsql as $$
begin
    raise exception '% is append-only', tg_table_name;
end
$$;
create trigger timeline_append_only before update or delete on timeline
    for each row execute function refuse_change();

-- Working calendars of each published directory version; clocks are computed and explained with them.
create table calendars (
    directory_version bigint not null,       -- 1, 2, 3, ...
    code text not null,                      -- by which terms name it
    calendar jsonb not null,                 -- as published
    primary key (directory_version, code)
);
