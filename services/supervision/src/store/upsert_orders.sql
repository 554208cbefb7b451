-- Writes orders whole: every column follows from the facts in memory.
insert into orders (
    order_id, correlation_id, order_number, complaint_id, complaint_number, title, matter, division,
    kind, urgency, channel, confidential, accepted_at, generation, lead_unit, lead_name, co_handlers,
    terms, directory_version, assigned_at, assigned_sequence, undecided_sequence, undecided_reason,
    ended_generation, handled_generation, signed_at, responded_at, acted, acted_sequence,
    rework_generation, rework, reworked_at, reply_generation, reply_rework, replied_at, reply_sequence,
    reply_contacted, called_rework, called_at, outcome, closed_at, state, due_at, warn_at, unarmed,
    disputed_sequence, rework_limit, level, caller, heard_generation, heard_at, pushes, supervision_id, ladder_at, due_by
)
select * from unnest(
    $1::uuid[], $2::uuid[], $3::text[], $4::uuid[], $5::text[], $6::text[], $7::text[], $8::text[],
    $9::text[], $10::text[], $11::text[], $12::boolean[], $13::timestamptz[], $14::integer[],
    $15::text[], $16::text[], $17::jsonb[], $18::jsonb[], $19::bigint[], $20::timestamptz[],
    $21::bigint[], $22::bigint[], $23::text[], $24::integer[], $25::integer[], $26::timestamptz[],
    $27::timestamptz[], $28::text[], $29::bigint[], $30::integer[], $31::integer[], $32::timestamptz[],
    $33::integer[], $34::integer[], $35::timestamptz[], $36::bigint[], $37::boolean[], $38::integer[],
    $39::timestamptz[], $40::text[], $41::timestamptz[], $42::text[], $43::timestamptz[],
    $44::timestamptz[], $45::boolean[], $46::bigint[], $47::jsonb[], $48::smallint[], $49::uuid[],
    $50::integer[], $51::timestamptz[], $52::jsonb[], $53::uuid[], $54::timestamptz[], $55::timestamptz[]
)
on conflict (order_id) do update set
    correlation_id = excluded.correlation_id, order_number = excluded.order_number,
    complaint_id = excluded.complaint_id, complaint_number = excluded.complaint_number,
    title = excluded.title, matter = excluded.matter, division = excluded.division,
    kind = excluded.kind, urgency = excluded.urgency, channel = excluded.channel,
    confidential = excluded.confidential, accepted_at = excluded.accepted_at,
    generation = excluded.generation, lead_unit = excluded.lead_unit, lead_name = excluded.lead_name,
    co_handlers = excluded.co_handlers, terms = excluded.terms,
    directory_version = excluded.directory_version, assigned_at = excluded.assigned_at,
    assigned_sequence = excluded.assigned_sequence, undecided_sequence = excluded.undecided_sequence,
    undecided_reason = excluded.undecided_reason, ended_generation = excluded.ended_generation,
    handled_generation = excluded.handled_generation, signed_at = excluded.signed_at,
    responded_at = excluded.responded_at, acted = excluded.acted,
    acted_sequence = excluded.acted_sequence, rework_generation = excluded.rework_generation,
    rework = excluded.rework, reworked_at = excluded.reworked_at,
    reply_generation = excluded.reply_generation, reply_rework = excluded.reply_rework,
    replied_at = excluded.replied_at, reply_sequence = excluded.reply_sequence,
    reply_contacted = excluded.reply_contacted, called_rework = excluded.called_rework,
    called_at = excluded.called_at, outcome = excluded.outcome, closed_at = excluded.closed_at,
    state = excluded.state, due_at = excluded.due_at, warn_at = excluded.warn_at,
    unarmed = excluded.unarmed, disputed_sequence = excluded.disputed_sequence,
    rework_limit = excluded.rework_limit,
    level = excluded.level, caller = excluded.caller, heard_generation = excluded.heard_generation,
    heard_at = excluded.heard_at, pushes = excluded.pushes, supervision_id = excluded.supervision_id,
    ladder_at = excluded.ladder_at, due_by = excluded.due_by
