-- Everything of a span that does not add up, by time, after a position. What has waited since before $7 has waited too long for
-- the service that comes next, and since before $8 for the unit that fetches it.
with f as (
    select * from complaint_facts where accepted_at >= $1 and accepted_at < $2),
going_on as (
    select *, case when rework_generation = generation then rework else 0 end as round,
           greatest(assigned_at, case when rework_generation = generation then reworked_at end) as handed_over_at
    from orders where state in ('registered', 'assigned', 'replied') and accepted_at >= $1 and accepted_at < $2),
wrong as (
    select 'nothing_came_of_it' as what, f.complaint_id, f.complaint_number, null::uuid as order_id, f.accepted_at
    from f where f.disposition = 'accepted' and cardinality(f.orders) = 0
      and not exists (select 1 from complaint_outcomes x where x.complaint_id = f.complaint_id
                      and x.outcome in ('joined', 'transferred'))
    union all
    select 'order_not_heard', f.complaint_id, f.complaint_number, made.order_id, f.accepted_at
    from f cross join lateral unnest(f.orders) as made(order_id)
    where not exists (select 1 from orders o where o.order_id = made.order_id and o.complaint_id = f.complaint_id)
    union all
    select 'answer_not_heard', f.complaint_id, f.complaint_number, null, f.accepted_at
    from f where f.disposition = 'answered'
      and not exists (select 1 from complaint_outcomes x where x.complaint_id = f.complaint_id
                      and x.outcome = 'answered')
    union all
    select 'decline_not_heard', f.complaint_id, f.complaint_number, null, f.accepted_at
    from f where f.disposition = 'declined'
      and not exists (select 1 from complaint_outcomes x where x.complaint_id = f.complaint_id
                      and x.outcome = 'declined')
    union all
    select 'complaint_not_heard', o.complaint_id, o.complaint_number, o.order_id, s.accepted_at
    from order_search s join orders o on o.order_id = s.order_id
    where s.accepted_at >= $1 and s.accepted_at < $2
      and not exists (select 1 from complaint_facts c where c.complaint_id = o.complaint_id)
    union all
    select 'not_dispatched', g.complaint_id, g.complaint_number, g.order_id, g.accepted_at
    from going_on g
    where g.state = 'registered'
      and greatest(g.accepted_at, (select max(i.at) from incident_facts i
                                   where i.order_id = g.order_id and i.what = 'return_upheld')) <= $7
    union all
    select 'not_delivered', g.complaint_id, g.complaint_number, g.order_id, g.accepted_at
    from going_on g
    where g.state = 'assigned' and g.handed_over_at <= $8
      and not exists (select 1 from timeline t
                      where t.key = g.order_id and t.service = 'unit-gateway'
                        and t.event_type like 'unit-gateway.order.delivered.v%'
                        and (t.summary->>'generation')::integer = g.generation
                        and (t.summary->>'rework')::integer >= g.round)
    union all
    -- What nobody is called about and an outcome holds waits for that.
    select 'reply_not_followed', g.complaint_id, g.complaint_number, g.order_id, g.accepted_at
    from going_on g
    where g.state = 'replied' and g.replied_at <= $7
      and not exists (select 1 from outcomes p where p.order_id = g.order_id and p.state = 'open'))
select what as "what!", complaint_id as "complaint_id?", complaint_number as "complaint_number?",
       order_id as "order_id?", accepted_at as "accepted_at!"
from wrong
where $3::timestamptz is null
   or (accepted_at, what, coalesce(order_id, complaint_id)) > ($3, $4::text, $5::uuid)
order by accepted_at, what, coalesce(order_id, complaint_id) limit $6
