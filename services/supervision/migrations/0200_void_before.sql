-- Answers of callers that counted no more before `orders.pushes` had them as `void`: the ladder does not count them any longer.
-- Only orders under way, which it still looks at; they are locked in the order of their ids, as by everybody.
with void as (
    select c.order_id, jsonb_agg(v.callback_id) as answers
    from void_answers v join callback_facts c on c.callback_id = v.callback_id
    group by c.order_id
), counted as (
    select o.order_id, v.answers
    from void v join orders o on o.order_id = v.order_id
    where o.closed_at is null
      and o.pushes -> 'contradicted' ?| array(select jsonb_array_elements_text(v.answers))
      and not coalesce(o.pushes -> 'void', '[]') @> v.answers
    order by o.order_id for update of o
)
update orders o
set pushes = jsonb_set(o.pushes, '{void}', (
    select jsonb_agg(distinct answer)
    from jsonb_array_elements(coalesce(o.pushes -> 'void', '[]') || counted.answers) as a(answer)))
from counted where counted.order_id = o.order_id;
