-- Whether every fact that pushed a supervision order rests on answers of callers which count no more, as was known at a moment:
-- everything that its steps saw (0190). What a person opened by hand rests on that person.
create function supervision_rests_on_void_answers(of_supervision uuid, known_at timestamptz) returns boolean
language sql stable as $$
    select coalesce(bool_and(step_rests_on_void_answers(t.supervision_id, t.number, known_at)), false)
    from supervision_steps t
    where t.supervision_id = of_supervision and t.kind in ('proposed', 'opened', 'escalated', 'noticed')
$$;
