-- Requests for more time 延期 wait for their round only. What older releases left waiting beyond it is over, as it is since 0202's
-- release for those that wait when a rework comes; nobody is told, for unit-gateway has forgotten them, too.
update extensions e set state = 'denied', code = 'superseded', reviewed_by = 'service:supervision',
       review_reason = case when o.state = 'closed' or e.generation < o.generation then '该次承办已结束' else '本轮办理已反馈' end,
       reviewed_at = now()
from orders o
where o.order_id = e.order_id and e.state = 'pending'
  and (o.state = 'closed' or e.generation < o.generation
       or (e.generation = o.generation and e.generation = o.rework_generation and e.rework < o.rework));
