-- One order, without a lock.
select
    order_id, correlation_id, order_number, complaint_id, complaint_number, title, matter,
    division, kind, urgency, channel, confidential, accepted_at, generation, lead_unit, lead_name,
    co_handlers, terms, directory_version, assigned_at, assigned_sequence, undecided_sequence,
    undecided_reason, disputed_sequence, ended_generation, handled_generation, signed_at, responded_at, acted,
    acted_sequence, rework_generation, rework, reworked_at, rework_limit, reply_generation, reply_rework,
    replied_at, reply_sequence, reply_contacted, called_rework, called_at, outcome, closed_at,
    state, due_at, warn_at, unarmed, level,
    caller, heard_generation, heard_at, pushes, supervision_id, ladder_at, due_by
from orders where order_id = $1
