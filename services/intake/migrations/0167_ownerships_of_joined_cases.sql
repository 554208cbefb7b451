-- A case that only joined another caller's order was once written into the record of that order's own case: as its beginning when
-- it was accepted, as its end when it was completed. What the record ought to say is told by the order's own transfers and by its
-- end; of the case that joined, its own transfer tells it. Each order is locked, in the order of their ids, as by everybody.

-- What cannot be told: which of two cases an order was made of.
do $$
declare
    unclear record;
begin
    for unclear in
        select w.order_id, t.transfer_id from ownerships w join transfers t on t.order_id = w.order_id
        where t.direction = 'incoming' and t.state in ('accepted', 'completed') and t.complaint_id is null
        order by w.order_id
    loop
        raise warning 'ownerships: the record of order % is left as it is: transfer % does not say which complaint it is about',
            unclear.order_id, unclear.transfer_id;
    end loop;
end $$;

with damaged as (
    select o.order_id, o.complaint_id, o.closed_at from orders o join ownerships w on w.order_id = o.order_id
    where exists (select from transfers t
                  where t.order_id = o.order_id and t.direction = 'incoming' and t.state in ('accepted', 'completed')
                    and t.complaint_id <> o.complaint_id
                    and ((w.owned_from = t.decided_at and w.gained_from = t.peer and w.case_number = t.case_number)
                         or (w.lost_to is null and w.owned_until = greatest(t.completed_at, w.owned_from))))
    order by o.order_id for update of o
), own as (
    select d.order_id, t.* from damaged d
    join lateral (select t.direction, t.peer, t.case_number, t.hop, t.state, t.offered_at, t.decided_at, t.completed_at
                  from transfers t
                  where t.order_id = d.order_id and t.complaint_id = d.complaint_id) t on true
), began as (
    -- With the acceptance of its complaint when it was offered from here, with the sender's word when it came from there. What
    -- was another hotline's case before it was offered to that one was never ours.
    select distinct on (x.order_id) x.order_id, x.case_number,
           case x.direction when 'incoming' then x.decided_at else c.accepted_at end as owned_from,
           case x.direction when 'incoming' then x.peer end as gained_from
    from own x join damaged d on d.order_id = x.order_id join complaints c on c.complaint_id = d.complaint_id
    where case x.direction when 'incoming' then x.state in ('accepted', 'completed') and x.decided_at is not null
                           else not (x.hop = 1 and starts_with(x.case_number, x.peer || '/')) end
    order by x.order_id, case x.direction when 'incoming' then x.decided_at else x.offered_at end
), lost as (
    select distinct on (x.order_id) x.order_id, x.peer, x.decided_at from own x
    where x.direction = 'outgoing' and x.state in ('accepted', 'completed')
    order by x.order_id, x.decided_at
), ended as (
    select d.order_id,
           least((select min(x.completed_at) from own x where x.order_id = d.order_id and x.direction = 'incoming'),
                 (select v.withdrawn_at from withdrawals v where v.order_id = d.order_id), d.closed_at) as at
    from damaged d
), told as (
    select b.order_id, b.case_number, b.owned_from, b.gained_from,
           greatest(least(l.decided_at, e.at), case when least(l.decided_at, e.at) is not null then b.owned_from end) as owned_until,
           case when l.decided_at <= coalesce(e.at, l.decided_at) then l.peer end as lost_to
    from began b join ended e on e.order_id = b.order_id left join lost l on l.order_id = b.order_id
), never as (
    delete from ownerships w using damaged d
    where w.order_id = d.order_id and not exists (select from began b where b.order_id = d.order_id)
)
update ownerships w
set case_number = t.case_number, owned_from = t.owned_from, gained_from = t.gained_from, owned_until = t.owned_until,
    lost_to = t.lost_to
from told t where t.order_id = w.order_id;
