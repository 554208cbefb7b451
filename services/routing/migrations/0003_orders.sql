-- Orders as routing knows them, and every assignment they ever had.

create table orders (
    order_id uuid primary key,               -- as in every event
    correlation_id uuid not null,            -- of the contact it came from; every fact about it carries it on
    order_number text not null,              -- number people use
    title text not null,                     -- one line, personal data masked
    text text not null,                      -- what is wanted, personal data masked
    question json not null,                  -- what decisions about it are asked: place, matter, facts, excluded units
    accepted_at timestamptz not null,        -- when the complaint was accepted
    state text not null check (state in ('assigned', 'undecided', 'closed')), -- where it stands
    generation integer not null check (generation >= 0), -- newest assignment; 0 = none yet
    check (state <> 'assigned' or generation > 0)
) with (fillfactor = 80);

create table assignments (
    order_id uuid not null references orders (order_id), -- the order
    generation integer not null check (generation > 0), -- 1, 2, 3, ...
    lead text not null,                      -- code of the lead unit
    lead_name text not null,                 -- its name at the time
    co_handlers json not null,               -- [{code, name}]
    divisions text[] not null,               -- chain of divisions, finest first
    duties text[] not null,                  -- the duties that decided; empty when a dispatcher did
    terms json not null,                     -- time limits
    question json not null,                  -- what was asked: with the version, everything a replay needs
    directory_version bigint not null,       -- the directory it cites
    explanation json not null,               -- every duty that was looked at, and why it lost
    decided_by text not null,                -- directory, or agent:<subject>
    decided_at timestamptz not null,         -- when
    primary key (order_id, generation)
);
create trigger assignments_append_only before update or delete on assignments
    for each row execute function refuse_change();
