-- Exclusions are approved records, so an order that its caller took back or that another hotline accepted stays in every
-- rate with what had been due, or said, before; what would have fallen due later its clocks had stopped for. Its total
-- clock stops too: such an order was not finished. Limits as they were before an extension are kept, for `as_of`.
create index extensions_due_before on extensions (due_before) where state = 'granted';
create or replace function figure_cases(span_from timestamptz, span_to timestamptz, only_unit text)
returns table (order_id uuid, generation integer, unit text, body json) language sql stable as $$
    with touched as materialized (
        select c.order_id, c.generation from clocks c where c.due_at >= span_from and c.due_at < span_to
        union
        select c.order_id, c.generation from callback_facts c where c.at >= span_from and c.at < span_to
        union
        select a.order_id, a.generation from assignment_facts a where a.assigned_at >= span_from and a.assigned_at < span_to
        union
        select e.order_id, e.generation from extensions e
        where e.state = 'granted' and e.due_before >= span_from and e.due_before < span_to
    ), keys as materialized (
        select k.order_id, k.generation, a.unit, a.unit_name, a.matter, a.divisions, a.assigned_at,
            o.closed_at, coalesce(o.outcome in ('withdrawn', 'transferred'), false) as gone
        from touched k left join assignment_facts a on a.order_id = k.order_id and a.generation = k.generation
        left join orders o on o.order_id = k.order_id
        where (only_unit is null or a.unit = only_unit)
          -- The facts of a generation may be here before its assignment; it is counted when that has come.
          and (k.generation = 0 or a.unit is not null)
    ), dues as (
        select c.order_id, c.generation, json_agg(json_build_object('clock', c.clock, 'rework', c.rework,
            'due_at', c.due_at,
            'met_at', case when not (c.clock = 'total' and k.gone) then c.met_at end,
            'cancelled_at', case when c.clock = 'total' and k.gone then k.closed_at else c.cancelled_at end)
            order by c.clock, c.rework) as facts
        from keys k join clocks c on c.order_id = k.order_id and c.generation = k.generation
        group by c.order_id, c.generation
    ), moved as (
        select e.order_id, e.generation, json_agg(json_build_object('clock', e.clock, 'rework', e.rework,
            'due_at', e.due_before, 'until', e.reviewed_at) order by e.reviewed_at, e.extension_id) as facts
        from keys k join extensions e on e.order_id = k.order_id and e.generation = k.generation
            and e.state = 'granted' and e.due_before is not null
        group by e.order_id, e.generation
    ), answers as (
        select f.order_id, f.generation, json_agg(json_build_object('callback_id', f.callback_id, 'rework', f.rework,
            'solved', f.solved, 'result', f.result, 'attitude', f.attitude, 'at', f.at,
            'void', case when v.at is null then null else json_build_object('ref_id', v.ref_id, 'at', v.at) end)
            order by f.at, f.callback_id) as facts
        from keys k join callback_facts f on f.order_id = k.order_id and f.generation = k.generation
        left join void_answers v on v.callback_id = f.callback_id
        group by f.order_id, f.generation
    ), incidents as (
        select i.order_id, i.generation, json_agg(json_build_object('what', i.what, 'round', i.round,
            'ref_id', i.ref_id, 'at', i.at) order by i.at, i.event_id) as facts
        from keys k join incident_facts i on i.order_id = k.order_id and i.generation = k.generation
        group by i.order_id, i.generation
    ), excluded as (
        select k.order_id, k.generation, json_agg(json_build_object('exclusion_id', e.exclusion_id,
            'figures', to_json(e.figures), 'approved_at', e.reviewed_at) order by e.reviewed_at, e.exclusion_id) as facts
        from keys k join exclusions e on e.order_id = k.order_id and e.state = 'granted'
            and (e.generation is null or e.generation = k.generation)
        group by k.order_id, k.generation
    )
    select k.order_id, k.generation, k.unit,
        json_build_object(
            'order_id', k.order_id, 'order_number', coalesce(o.order_number, ''), 'generation', k.generation,
            'unit', k.unit, 'unit_name', k.unit_name, 'matter', coalesce(k.matter, o.matter),
            'divisions', coalesce(to_json(k.divisions),
                case when o.division is null then '[]'::json else json_build_array(o.division) end),
            'kind', o.kind, 'channel', o.channel, 'assigned_at', k.assigned_at,
            'dues', coalesce(d.facts, '[]'), 'moved', coalesce(m.facts, '[]'), 'callbacks', coalesce(a.facts, '[]'),
            'incidents', coalesce(i.facts, '[]'), 'exclusions', coalesce(x.facts, '[]'))
    from keys k
    left join orders o on o.order_id = k.order_id
    left join dues d on d.order_id = k.order_id and d.generation = k.generation
    left join moved m on m.order_id = k.order_id and m.generation = k.generation
    left join answers a on a.order_id = k.order_id and a.generation = k.generation
    left join incidents i on i.order_id = k.order_id and i.generation = k.generation
    left join excluded x on x.order_id = k.order_id and x.generation = k.generation
$$;
