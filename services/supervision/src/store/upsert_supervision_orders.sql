-- Writes supervision orders whole.
insert into supervision_orders (
    supervision_id, order_id, number, batch_id, unit, state, level, proposed_level, leaders, trigger, began_at,
    since, answer_amount, answer_unit, calendar, answer_until, met_by, evidence, answered_by, steps,
    discharged_at, outcome
)
select id, order_id, number, batch_id, unit, state, level, proposed_level, leaders, trigger, began_at,
       since, answer_amount, answer_unit, calendar, answer_until, met_by,
       array(select value from jsonb_array_elements_text(evidence) with ordinality as e(value, n) order by n),
       answered_by, steps, discharged_at, outcome
from unnest(
    $1::uuid[], $2::uuid[], $3::text[], $4::uuid[], $5::text[], $6::text[], $7::smallint[], $8::smallint[],
    $9::boolean[], $10::text[], $11::timestamptz[], $12::timestamptz[], $13::integer[], $14::text[],
    $15::text[], $16::timestamptz[], $17::text[], $18::jsonb[], $19::text[], $20::integer[],
    $21::timestamptz[], $22::text[]
) as t(id, order_id, number, batch_id, unit, state, level, proposed_level, leaders, trigger, began_at,
       since, answer_amount, answer_unit, calendar, answer_until, met_by, evidence, answered_by, steps,
       discharged_at, outcome)
on conflict (supervision_id) do update set
    batch_id = excluded.batch_id, unit = excluded.unit, state = excluded.state, level = excluded.level,
    proposed_level = excluded.proposed_level, leaders = excluded.leaders, since = excluded.since,
    answer_amount = excluded.answer_amount, answer_unit = excluded.answer_unit, calendar = excluded.calendar,
    answer_until = excluded.answer_until, met_by = excluded.met_by, evidence = excluded.evidence,
    answered_by = excluded.answered_by, steps = excluded.steps, discharged_at = excluded.discharged_at,
    outcome = excluded.outcome
