-- Those of some orders that fit, newest first.
select s.order_id, s.order_number, s.complaint_number, o.title, o.matter, o.division, o.kind, o.state,
       o.lead_unit as unit, o.level, s.accepted_at, o.due_at
from unnest($8::uuid[]) as named (order_id)
join order_search s on s.order_id = named.order_id
join orders o on o.order_id = named.order_id
where (cardinality($1::text[]) = 0 or s.words @> $1) and (cardinality($2::text[]) = 0 or s.led @> $2) and (cardinality($3::text[]) = 0 or s.led && $3)
  and ($4::text is null or o.state = $4)
  and ($5::smallint is null or (o.level > 0 and o.level >= $5))
  and (not $6::boolean or coalesce(o.due_at, 'infinity'::timestamptz) <= $7)
order by s.accepted_at desc, s.order_id desc limit $9
