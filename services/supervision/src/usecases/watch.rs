//! The frame around [`reconcile`]: orders and their clocks in memory, changed by facts, written back in whole.
use crate::domain::{Clock, ClockEffect, Order, Policy, reconcile};
use crate::usecases::CalendarShelf;
use crate::{events, store};
use bus::Fact;
use chrono::{DateTime, Utc};
use contracts::cause::Cause;
use contracts::ids::OrderId;
use db::{Conn, DbError};
use std::collections::BTreeMap;

/// One order with its clocks.
pub(super) struct Watched {
    pub(super) order: Order,
    loaded: Option<Order>,
    pub(super) clocks: Vec<Clock>,
    /// Cause of the newest fact, for what clocks tell because of it.
    pub(super) cause: Option<Cause>,
}

/// The orders of a batch.
pub(super) struct Watch(BTreeMap<OrderId, Watched>);

impl Watch {
    /// Takes locked orders and locks their clocks.
    pub(super) async fn over(conn: &mut Conn, orders: Vec<Order>) -> Result<Self, DbError> {
        let ids: Vec<OrderId> = orders.iter().map(|order| order.order_id).collect();
        let ids = store::orders::ids(&ids);
        let mut clocks = store::clocks::lock(conn, &ids).await?;
        let mut grants = store::grants::of_orders(conn, &ids).await?;
        let watched = orders.into_iter().map(|mut order| {
            order.grants = grants.remove(&order.order_id.uuid()).unwrap_or_default();
            let clocks = clocks.remove(&order.order_id).unwrap_or_default();
            (
                order.order_id,
                Watched {
                    loaded: Some(order.clone()),
                    order,
                    clocks,
                    cause: None,
                },
            )
        });
        Ok(Self(watched.collect()))
    }

    /// The order; an unknown one begins empty.
    pub(super) fn of(&mut self, order_id: OrderId) -> &mut Watched {
        let unknown = || Watched {
            order: Order::unknown(order_id),
            loaded: None,
            clocks: Vec::new(),
            cause: None,
        };
        self.0.entry(order_id).or_insert_with(unknown)
    }

    /// The order, when it is watched.
    pub(super) fn get(&self, order_id: OrderId) -> Option<&Watched> {
        self.0.get(&order_id)
    }

    /// Number of orders that still wait for a calendar.
    pub(super) fn unarmed(&self) -> usize {
        self.0.values().filter(|watched| watched.order.unarmed).count()
    }

    /// Brings all clocks to what the facts demand, writes orders and clocks that changed, answers what clocks tell.
    pub(super) async fn settle(
        mut self,
        conn: &mut Conn,
        now: DateTime<Utc>,
        shelf: &CalendarShelf,
        policy: &Policy,
    ) -> Result<(Self, Vec<Fact>), DbError> {
        if self.0.is_empty() {
            return Ok((self, Vec::new()));
        }
        let calendars = shelf.look(conn).await?;
        let (mut changed, mut facts) = (Vec::new(), Vec::new());
        for watched in self.0.values_mut() {
            let done = reconcile(&mut watched.order, &watched.clocks, &calendars, policy, now);
            if let Some(reason) = &done.unarmed {
                tracing::warn!(order.id = %watched.order.order_id, reason, "a clock waits for its calendar");
            }
            for (position, effect) in &done.effects {
                facts.push(watched.tell(&done.clocks[*position], *effect, now));
            }
            let before = std::mem::replace(&mut watched.clocks, done.clocks);
            let fresh = watched.clocks.iter().filter(|clock| !before.contains(clock));
            changed.extend(fresh.map(|clock| (watched.order.order_id, clock.clone())));
        }
        let orders = self
            .0
            .values()
            .filter(|watched| watched.loaded.as_ref() != Some(&watched.order));
        store::orders::upsert(conn, &orders.map(|watched| &watched.order).collect::<Vec<_>>()).await?;
        store::clocks::upsert(
            conn,
            &changed.iter().map(|(id, clock)| (*id, clock)).collect::<Vec<_>>(),
        )
        .await?;
        Ok((self, facts))
    }
}

impl Watched {
    fn tell(&self, clock: &Clock, effect: ClockEffect, now: DateTime<Utc>) -> Fact {
        let mut cause = self
            .cause
            .clone()
            .unwrap_or_else(|| Cause::asked_by(events::CLOCK_ACTOR, None));
        cause.actor = events::CLOCK_ACTOR.to_owned();
        events::fact(
            self.order.order_id,
            clock,
            effect,
            self.order.lead_unit().cloned(),
            now,
            &cause,
        )
    }
}
