//! The frame around [`reconcile`]: orders and their clocks in memory, changed by facts, written back in whole.
use crate::domain::policies::Ladder;
use crate::domain::supervision::{Means, SupervisionOrder};
use crate::domain::{
    Calendars, Change, Clock, ClockEffect, CutShort, Meta, Order, OrderState, Policy, cut_short, reconcile,
};
use crate::usecases::climb::climb;
use crate::usecases::{CalendarShelf, PolicyShelf};
use crate::{events, store};
use bus::Fact;
use chrono::{DateTime, Utc};
use contracts::cause::Cause;
use contracts::ids::{OrderId, SupervisionId};
use db::{Conn, DbError};
use std::collections::BTreeMap;
use uuid::Uuid;

/// One order with its clocks.
pub(super) struct Watched {
    pub(super) order: Order,
    pub(super) loaded: Option<Order>,
    pub(super) clocks: Vec<Clock>,
    /// Its supervision order, when one goes on.
    pub(super) supervision: Option<SupervisionOrder>,
    /// What the supervision order was when it was loaded.
    pub(super) supervised: Option<SupervisionOrder>,
    /// Cause of the newest fact, for what clocks tell because of it.
    pub(super) cause: Option<Cause>,
    heard: Vec<Heard>,
    asked: Vec<(Uuid, Order, Vec<Clock>)>,
}

/// A fact that waits to take effect.
struct Heard {
    change: Change,
    meta: Meta,
    cause: Cause,
    /// The request that was made with it.
    asks: Option<Uuid>,
}

/// The orders of a batch.
pub(super) struct Watch {
    orders: BTreeMap<OrderId, Watched>,
    in_time: bool,
}

impl Watch {
    /// Takes locked orders and locks their clocks.
    pub(super) async fn over(conn: &mut Conn, orders: Vec<Order>) -> Result<Self, DbError> {
        let ids: Vec<OrderId> = orders.iter().map(|order| order.order_id).collect();
        let ids = store::orders::ids(&ids);
        let clocks = store::clocks::lock(conn, &ids).await?;
        Self::with(conn, orders, clocks).await
    }

    /// The same without the orders whose clocks cannot be read; they are logged, and stay as they are.
    pub(super) async fn over_readable(conn: &mut Conn, mut orders: Vec<Order>) -> Result<Self, DbError> {
        let ids: Vec<OrderId> = orders.iter().map(|order| order.order_id).collect();
        let ids = store::orders::ids(&ids);
        let mut clocks = BTreeMap::new();
        for (order_id, found) in store::clocks::lock_each(conn, &ids).await? {
            match found {
                Ok(found) => {
                    clocks.insert(order_id, found);
                }
                Err(error) => {
                    tracing::error!(order.id = %order_id, %error, "a clock cannot be read and is passed over");
                    orders.retain(|order| order.order_id != order_id);
                }
            }
        }
        Self::with(conn, orders, clocks).await
    }

    async fn with(
        conn: &mut Conn,
        orders: Vec<Order>,
        mut clocks: BTreeMap<OrderId, Vec<Clock>>,
    ) -> Result<Self, DbError> {
        let ids: Vec<OrderId> = orders.iter().map(|order| order.order_id).collect();
        let ids = store::orders::ids(&ids);
        let mut grants = store::grants::of_orders(conn, &ids).await?;
        let live: Vec<_> = orders.iter().filter_map(|order| order.supervision).collect();
        let live: Vec<_> = live.into_iter().map(SupervisionId::uuid).collect();
        let mut supervised = store::supervision_orders::lock(conn, &live).await?;
        let watched = orders.into_iter().map(|mut order| {
            order.grants = grants.remove(&order.order_id.uuid()).unwrap_or_default();
            let clocks = clocks.remove(&order.order_id).unwrap_or_default();
            let supervision = supervised.remove(&order.order_id);
            (
                order.order_id,
                Watched {
                    loaded: Some(order.clone()),
                    order,
                    clocks,
                    supervised: supervision.clone(),
                    supervision,
                    cause: None,
                    heard: Vec::new(),
                    asked: Vec::new(),
                },
            )
        });
        Ok(Self {
            orders: watched.collect(),
            in_time: false,
        })
    }

    /// The timer has fired: what the ladder does by the passing of time has its effect.
    pub(super) fn in_time(mut self) -> Self {
        self.in_time = true;
        self
    }

    /// True for an order that could be read.
    pub(super) fn has(&self, order_id: OrderId) -> bool {
        self.orders.contains_key(&order_id)
    }

    /// The order; an unknown one begins empty.
    pub(super) fn of(&mut self, order_id: OrderId) -> &mut Watched {
        let unknown = || Watched {
            order: Order::unknown(order_id),
            loaded: None,
            clocks: Vec::new(),
            supervision: None,
            supervised: None,
            cause: None,
            heard: Vec::new(),
            asked: Vec::new(),
        };
        self.orders.entry(order_id).or_insert_with(unknown)
    }

    /// The order, when it is watched.
    pub(super) fn get(&self, order_id: OrderId) -> Option<&Watched> {
        self.orders.get(&order_id)
    }

    /// Number of orders that still wait for a calendar.
    pub(super) fn unarmed(&self) -> usize {
        self.orders
            .values()
            .filter(|watched| watched.order.unarmed)
            .count()
    }

    /// Brings all clocks and supervision orders to what the facts demand, writes what changed, answers what they tell.
    pub(super) async fn settle(
        mut self,
        conn: &mut Conn,
        now: DateTime<Utc>,
        shelf: &CalendarShelf,
        policy: &Policy,
        policies: &PolicyShelf,
    ) -> Result<(Self, Vec<Fact>), DbError> {
        if self.orders.is_empty() {
            return Ok((self, Vec::new()));
        }
        let calendars = shelf.look(conn).await?;
        let (mut changed, mut facts, mut cut) = (Vec::new(), Vec::new(), Vec::new());
        for watched in self.orders.values_mut() {
            let before = watched.clocks.clone();
            watched.hear_all(&calendars, policy, now, &mut facts);
            if let Some(ended) = cut_short(&mut watched.order, &watched.clocks, now) {
                watched.step(&calendars, policy, now, &mut facts);
                cut.push((watched.order.order_id, ended));
            }
            let fresh = watched.clocks.iter().filter(|clock| !before.contains(clock));
            changed.extend(fresh.map(|clock| (watched.order.order_id, clock.clone())));
        }
        let ladder = policies.look::<Ladder>(conn).await?;
        let means = Means {
            ladder: &ladder,
            calendars: &calendars,
            policy,
            now,
        };
        facts.extend(climb(conn, &mut self.orders, self.in_time, &means).await?);
        let orders = self
            .orders
            .values()
            .filter(|watched| watched.loaded.as_ref() != Some(&watched.order));
        store::orders::upsert(conn, &orders.map(|watched| &watched.order).collect::<Vec<_>>()).await?;
        store::clocks::upsert(
            conn,
            &changed.iter().map(|(id, clock)| (*id, clock)).collect::<Vec<_>>(),
        )
        .await?;
        facts.extend(self.end_suspensions(conn, &cut, now).await?);
        self.supersede(conn, now).await?;
        Ok((self, facts))
    }

    /// Requests of assignments that have just ended wait for nobody; nor do those for more time of a round that has ended. That
    /// an order rest is asked for the whole assignment: such a request goes on waiting in the next round.
    pub(super) async fn supersede(&self, conn: &mut Conn, now: DateTime<Utc>) -> Result<(), DbError> {
        let over: Vec<_> = self.orders.values().filter_map(Watched::over).collect();
        let rounds = self.orders.values().filter_map(Watched::over_by_round);
        store::extensions::supersede(conn, &rounds.collect::<Vec<_>>(), now).await?;
        store::suspension_requests::supersede(conn, &over, now).await
    }

    /// Writes what was cut short, and says so.
    async fn end_suspensions(
        &self,
        conn: &mut Conn,
        cut: &[(OrderId, (DateTime<Utc>, CutShort))],
        now: DateTime<Utc>,
    ) -> Result<Vec<Fact>, DbError> {
        let mut facts = Vec::new();
        for (order_id, which) in store::suspensions::cut_short(conn, cut, events::CLOCK_ACTOR).await? {
            let told = cut.iter().find(|(id, _)| *id == order_id).zip(self.get(order_id));
            if let Some(((_, (_, why)), watched)) = told {
                let reason = Some(why.reason());
                facts.push(events::grants::resumed(
                    order_id,
                    which,
                    reason,
                    None,
                    now,
                    &watched.told_by(),
                ));
            }
        }
        Ok(facts)
    }
}

impl Watched {
    /// A fact about the order. It takes effect when the watch settles, one by one: a batch does what its facts would
    /// have done alone, so a reply and its rework in one batch both leave their mark.
    pub(super) fn hear(&mut self, change: &Change, meta: Meta, cause: Cause) {
        self.heard.push(Heard {
            change: change.clone(),
            meta,
            cause,
            asks: None,
        });
    }

    /// An act by which something is asked, judged by what holds at its turn: [`Watched::as_asked`].
    pub(super) fn hear_asking(&mut self, request: Uuid, change: Change, meta: Meta, cause: Cause) {
        self.heard.push(Heard {
            change,
            meta,
            cause,
            asks: Some(request),
        });
    }

    /// The order and its clocks when it was asked for; as they are now when that was not heard with it.
    pub(super) fn as_asked(&self, request: Uuid) -> (&Order, &[Clock]) {
        let then = self.asked.iter().find(|(id, ..)| *id == request);
        then.map_or((&self.order, &self.clocks), |(_, order, clocks)| (order, clocks))
    }

    fn hear_all(
        &mut self,
        calendars: &Calendars,
        policy: &Policy,
        now: DateTime<Utc>,
        facts: &mut Vec<Fact>,
    ) {
        let heard = std::mem::take(&mut self.heard);
        if heard.is_empty() {
            self.step(calendars, policy, now, facts);
        }
        for heard in heard {
            self.order.hear(&heard.change, &heard.meta);
            self.cause = Some(heard.cause);
            self.step(calendars, policy, now, facts);
            if let Some(request) = heard.asks {
                self.asked
                    .push((request, self.order.clone(), self.clocks.clone()));
            }
        }
        if self.order.unarmed {
            tracing::warn!(order.id = %self.order.order_id, "a clock waits for its calendar");
        }
    }

    fn step(&mut self, calendars: &Calendars, policy: &Policy, now: DateTime<Utc>, facts: &mut Vec<Fact>) {
        let done = reconcile(&mut self.order, &self.clocks, calendars, policy, now);
        if let Some(reason) = &done.unarmed {
            tracing::debug!(order.id = %self.order.order_id, reason, "a clock cannot be armed");
        }
        for (position, effect) in &done.effects {
            facts.push(self.tell(&done.clocks[*position], *effect, now));
        }
        self.clocks = done.clocks;
    }

    /// The first generation that is not over, when an assignment has just ended: by another one, or with the order.
    fn over(&self) -> Option<(Uuid, i32)> {
        let closed = |order: &Order| order.state() == OrderState::Closed;
        let before = self.loaded.as_ref();
        let (ended, before) = (
            closed(&self.order) && !before.is_some_and(closed),
            before.map_or(1, |order| order.generation().max(1)),
        );
        let first = if ended { i32::MAX } else { self.order.generation() };
        (first > before).then_some((self.order.order_id.uuid(), first))
    }

    /// The same with the first round of it that is not over, also when only a round has ended.
    fn over_by_round(&self) -> Option<(Uuid, i32, i32)> {
        if let Some((order_id, first)) = self.over() {
            let round = if first == self.order.generation() {
                self.order.round()
            } else {
                0
            };
            return Some((order_id, first, round));
        }
        let before = self.loaded.as_ref().map_or(0, Order::round);
        let (generation, round) = (self.order.generation(), self.order.round());
        (round > before).then_some((self.order.order_id.uuid(), generation, round))
    }

    fn told_by(&self) -> Cause {
        let mut cause = self
            .cause
            .clone()
            .unwrap_or_else(|| Cause::asked_by(events::CLOCK_ACTOR, None));
        cause.actor = events::CLOCK_ACTOR.to_owned();
        cause
    }

    fn tell(&self, clock: &Clock, effect: ClockEffect, now: DateTime<Utc>) -> Fact {
        events::fact(
            self.order.order_id,
            clock,
            effect,
            self.order.lead_unit().cloned(),
            now,
            &self.told_by(),
        )
    }
}
