-- 剔除: orders that are left out of figures, each with who asked, who agreed and why. Never deleted.
create table exclusions (
    exclusion_id uuid primary key,           -- the request
    order_id uuid not null references orders (order_id), -- the order
    generation integer check (generation > 0), -- assignment it is about; null = every one
    figures text[] not null,                 -- figures it is left out of; empty = all
    reason text not null,                    -- code of the policy `scores`
    note text not null,                      -- why, personal data masked
    state text not null check (state in ('requested', 'granted', 'denied')), -- where the request stands
    requested_by text not null,              -- agent:<subject>
    requested_at timestamptz not null,       -- when
    reviewed_by text,                        -- agent:<subject>: another person
    reviewed_at timestamptz,                 -- when
    review_note text,                        -- the reviewer's reason, personal data masked
    check ((state = 'requested') = (reviewed_at is null)),
    check ((reviewed_at is null) = (reviewed_by is null)),
    check (reviewed_by is null or reviewed_by <> requested_by)
);
create index exclusions_by_order on exclusions (order_id);
create index exclusions_by_time on exclusions (requested_at, exclusion_id);
create trigger exclusions_stay before delete on exclusions for each row execute function refuse_change();

-- Cases of a span: every (order, generation) of which something is due, was said, dispatched or denied in it, with
-- everything that figures are counted from, as the program's `Case`. One place, so that what is shown and what is frozen
-- are the same. Generation 0 is the city's part of an order: its total clock.
create function figure_cases(span_from timestamptz, span_to timestamptz, only_unit text)
returns table (order_id uuid, generation integer, unit text, body jsonb) language sql stable as $$
    with keys as (
        select c.order_id, c.generation from clocks c where c.due_at >= span_from and c.due_at < span_to
        union
        select c.order_id, c.generation from callback_facts c where c.at >= span_from and c.at < span_to
        union
        select a.order_id, a.generation from assignment_facts a where a.assigned_at >= span_from and a.assigned_at < span_to
    )
    select k.order_id, k.generation, a.unit,
        jsonb_build_object(
            'order_id', k.order_id, 'order_number', coalesce(o.order_number, ''), 'generation', k.generation,
            'unit', a.unit, 'unit_name', a.unit_name, 'matter', coalesce(a.matter, o.matter),
            'divisions', coalesce(to_jsonb(a.divisions),
                case when o.division is null then '[]'::jsonb else jsonb_build_array(o.division) end),
            'kind', o.kind, 'channel', o.channel, 'assigned_at', a.assigned_at,
            'dues', (select coalesce(jsonb_agg(jsonb_build_object('clock', c.clock, 'rework', c.rework,
                        'due_at', c.due_at, 'met_at', c.met_at, 'cancelled_at', c.cancelled_at)
                        order by c.clock, c.rework), '[]')
                     from clocks c where c.order_id = k.order_id and c.generation = k.generation),
            'callbacks', (select coalesce(jsonb_agg(jsonb_build_object('callback_id', f.callback_id, 'rework', f.rework,
                        'solved', f.solved, 'result', f.result, 'attitude', f.attitude, 'at', f.at,
                        'void', case when v.at is null then null else jsonb_build_object('ref_id', v.ref_id, 'at', v.at) end)
                        order by f.at, f.callback_id), '[]')
                     from callback_facts f left join void_answers v on v.callback_id = f.callback_id
                     where f.order_id = k.order_id and f.generation = k.generation),
            'incidents', (select coalesce(jsonb_agg(jsonb_build_object('what', i.what, 'round', i.round,
                        'ref_id', i.ref_id, 'at', i.at) order by i.at, i.event_id), '[]')
                     from incident_facts i where i.order_id = k.order_id and i.generation = k.generation),
            'exclusions', (select coalesce(jsonb_agg(jsonb_build_object('exclusion_id', e.exclusion_id,
                        'figures', to_jsonb(e.figures), 'approved_at', e.reviewed_at)
                        order by e.reviewed_at, e.exclusion_id), '[]')
                     from exclusions e where e.order_id = k.order_id and e.state = 'granted'
                       and (e.generation is null or e.generation = k.generation)))
    from keys k
    left join assignment_facts a on a.order_id = k.order_id and a.generation = k.generation
    left join orders o on o.order_id = k.order_id
    where (only_unit is null or a.unit = only_unit)
      -- The facts of a generation may be here before its assignment; it is counted when that has come.
      and (k.generation = 0 or a.unit is not null)
$$;
