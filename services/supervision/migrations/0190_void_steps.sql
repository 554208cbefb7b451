-- Steps of the ladder that rest on answers of callers which count no more: a successful appeal, a judged demand. `orders.pushes`
-- has those of an order as `void`.

-- Whether what a trigger saw (`contradicted:2`, `reworks:1.3`, `raised:leaders:1.0`) rests on such answers alone, as was known
-- at a moment. The first n denials of an order made `contradicted:n`; the answers about the rounds 0 to r-1 of a generation
-- made its round r, and those up to round r what was raised after it.
create function sight_rests_on_void_answers(of_order uuid, saw text, known_at timestamptz) returns boolean
language sql stable as $$
    select case split_part(saw, ':', 1)
        when 'contradicted' then (
            select coalesce(bool_and(exists (select from void_answers v where v.callback_id = i.ref_id and v.at <= known_at)), false)
            from (select ref_id from incident_facts where order_id = of_order and what = 'contradicted'
                  order by at, event_id limit split_part(saw, ':', 2)::integer) i)
        when 'reworks' then (
            select count(*) >= substring(saw from '\.(\d+)$')::integer
            from callback_facts c join void_answers v on v.callback_id = c.callback_id and v.at <= known_at
            where c.order_id = of_order and c.generation = substring(saw from '(\d+)\.\d+$')::integer
              and c.rework < substring(saw from '\.(\d+)$')::integer)
        when 'raised' then (
            select count(*) > substring(saw from '\.(\d+)$')::integer
            from callback_facts c join void_answers v on v.callback_id = c.callback_id and v.at <= known_at
            where c.order_id = of_order and c.generation = substring(saw from '(\d+)\.\d+$')::integer
              and c.rework <= substring(saw from '\.(\d+)$')::integer)
        else false end
$$;

-- The same of a step: by what its own trigger saw, or, when silence led to it, by everything that pushed the order before.
create function step_rests_on_void_answers(of_supervision uuid, of_number integer, known_at timestamptz) returns boolean
language sql stable as $$
    select coalesce(bool_and(pushed.saw is not null and sight_rests_on_void_answers(s.order_id, pushed.saw, known_at)), false)
    from supervision_orders s
    join supervision_steps own on own.supervision_id = s.supervision_id and own.number = of_number
    cross join lateral (
        select (select e->>'reference' from jsonb_array_elements(t.evidence) e where e->>'code' = 'saw' limit 1) as saw
        from supervision_steps t
        where t.supervision_id = s.supervision_id and t.kind in ('proposed', 'opened', 'escalated', 'noticed')
          and case when own.trigger = 'silence' then t.number < own.number and t.trigger is distinct from 'silence'
                   else t.number = own.number end) pushed
    where s.supervision_id = of_supervision
$$;
