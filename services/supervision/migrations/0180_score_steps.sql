-- A closed month keeps the supervision steps that it was scored with, as it keeps its cases: a return that was upheld before
-- the closing and is heard of after it must not change what the month gives when it is computed again.
create table score_steps (
    period text not null,                    -- YYYY-MM
    revision integer not null,               -- of this revision
    supervision_id uuid not null,            -- the supervision order
    number integer not null,                 -- its step
    document text not null,                  -- number of the step's document
    level smallint not null,                 -- the rung that was opened
    at timestamptz not null,                 -- when
    order_id uuid not null,                  -- the order that is supervised
    order_number text not null,              -- its number
    generation integer not null,             -- of the unit's assignment then
    unit text not null,                      -- who had to act
    unit_name text not null,                 -- its name then
    primary key (period, revision, supervision_id, number)
);
create trigger score_steps_append_only before update or delete on score_steps
    for each row execute function refuse_change();

-- Months that were closed before: with what is known now of the moment at which they were closed.
insert into score_steps (period, revision, supervision_id, number, document, level, at, order_id, order_number, generation, unit,
                         unit_name)
select r.period, r.revision, t.supervision_id, t.number, t.document, t.level, t.at, s.order_id, coalesce(o.order_number, ''),
       a.generation, s.unit, a.unit_name
from score_revisions r
join supervision_steps t on t.kind in ('opened', 'escalated') and t.at >= r.span_from and t.at < r.span_to and t.at <= r.known_at
join supervision_orders s on s.supervision_id = t.supervision_id
left join orders o on o.order_id = s.order_id
join lateral (select f.generation, f.unit_name from assignment_facts f
              where f.order_id = s.order_id and f.unit = s.unit and f.assigned_at <= t.at
              order by f.generation desc limit 1) a on true
where not (s.state = 'discharged' and s.outcome = 'unfounded' and s.discharged_at <= r.known_at)
  and not exists (select from incident_facts i
                  where i.order_id = s.order_id and i.generation = a.generation
                    and i.what = 'return_upheld' and i.at <= r.known_at)
  and not exists (select from exclusions e
                  where e.order_id = s.order_id and e.state = 'granted' and cardinality(e.figures) = 0
                    and (e.generation is null or e.generation = a.generation) and e.reviewed_at <= r.known_at);
-- Cases are read from the tables of facts now. The function figure_cases stays for replicas of the release before; the next
-- release drops it.
