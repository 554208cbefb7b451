-- One row per clock and round: sign, respond and finish of each generation (finish also of each rework round), and one
-- total clock per order. The reason of a due time is not stored: it follows from the columns and the calendar.
create table clocks (
    order_id uuid not null references orders (order_id), -- the order
    clock text not null check (clock in ('sign', 'respond', 'finish', 'total')), -- which clock
    generation integer not null,             -- assignment it belongs to; 0 for the total clock
    rework integer not null,                 -- rework round it belongs to
    timer_generation integer not null check (timer_generation > 0), -- rises with every arming inside (order, clock)
    limit_amount integer not null check (limit_amount > 0), -- the limit: how many
    limit_unit text not null check (limit_unit in ('hours', 'calendar_days', 'working_days', 'working_hours')), -- of what
    start_rule text not null check (start_rule in ('acceptance', 'dispatch', 'signing', 'next_working_day')), -- counted from
    start_basis text not null,               -- why it starts at started_at
    started_at timestamptz not null,         -- the moment the start rule names
    calendar text not null,                  -- code of the calendar
    directory_version bigint not null,       -- version the calendar was taken from
    warn_at timestamptz not null,            -- yellow
    due_at timestamptz not null,             -- red
    state text not null check (state in ('running', 'warned', 'breached', 'met', 'cancelled')), -- where it stands
    warned_at timestamptz,                   -- when clock.warned was published for this arming
    breached_at timestamptz,                 -- when clock.breached was published for this arming
    met_at timestamptz,                      -- when what was wanted happened; late when after due_at
    cancelled_at timestamptz,                -- when it stopped to matter
    fires_at timestamptz,                    -- next effect: warn_at while running, due_at while warned
    primary key (order_id, clock, generation, rework),
    check (start_basis in ('acceptance', 'default_total', 'dispatch', 'new_assignment', 'signing', 'sign_due', 'rework')),
    check (warn_at <= due_at),
    check ((state = 'met') = (met_at is not null)),
    check ((state = 'cancelled') = (cancelled_at is not null)),
    check (state <> 'breached' or breached_at is not null),
    check ((state in ('running', 'warned')) = (fires_at is not null))
) with (fillfactor = 80);
create index clocks_next on clocks (fires_at) where fires_at is not null;
