//! Intake and routing as unit-gateway hears them: `order.registered` and `order.assigned` of new orders, on their subjects.
use super::post::Post;
use anyhow::Context;
use async_nats::jetstream;
use chrono::{DateTime, Utc};
use contracts::directory::{ExplanationV1, PlaceV1, UnitRef};
use contracts::envelope::{Envelope, HEADER_KEY, HEADER_MESSAGE_ID};
use contracts::event::Event;
use contracts::ids::{ComplaintId, EventId, OrderId};
use contracts::intake::OrderRegisteredV1;
use contracts::routing::OrderAssignedV1;
use contracts::shard::Shard;
use contracts::subjects::Namespace;
use contracts::terms::{Limit, LimitUnit, StartRule, TermsV1};
use contracts::words::{Channel, Kind, Urgency};
use futures::{StreamExt, TryStreamExt};
use std::collections::BTreeMap;
use std::time::Duration;
use system_tests::cluster::Cluster;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

/// Plays them. Cheap to clone.
#[derive(Clone)]
pub struct Upstream {
    jetstream: jetstream::Context,
    post: Post,
}

/// Orders whose events wait for their acknowledgement.
const IN_FLIGHT: usize = 256;
/// Orders of a steady beat are published together this often.
const BEAT: Duration = Duration::from_millis(10);

impl Upstream {
    /// With a connection as the services have it.
    pub async fn connect(cluster: &Cluster, post: &Post) -> anyhow::Result<Self> {
        Ok(Self {
            jetstream: cluster.transport().await?,
            post: post.clone(),
        })
    }

    /// Gives each of the units so many orders, in turn, as fast as the transport takes them.
    pub async fn assign(&self, units: &[String], each: usize) -> anyhow::Result<()> {
        let orders = (0..each).flat_map(|_| units.iter());
        futures::stream::iter(orders)
            .map(|unit| self.one(unit))
            .buffer_unordered(IN_FLIGHT)
            .try_collect::<Vec<()>>()
            .await?;
        Ok(())
    }

    /// Gives the units orders in turn at a steady rate until stopped, however long they take; answers how many.
    pub async fn beat(
        &self,
        units: &[String],
        per_second: f64,
        stop: &CancellationToken,
    ) -> anyhow::Result<usize> {
        let mut tick = tokio::time::interval(BEAT);
        let (mut given, mut due) = (0_usize, 0.0);
        let mut turn = units.iter().cycle();
        while !stop.is_cancelled() {
            tick.tick().await;
            due += per_second * BEAT.as_secs_f64();
            let now = turn.by_ref().take((due as usize).saturating_sub(given));
            let orders: Vec<_> = now.map(|unit| self.one(unit)).collect();
            given += orders.len();
            futures::future::try_join_all(orders).await?;
        }
        Ok(given)
    }

    async fn one(&self, unit: &str) -> anyhow::Result<()> {
        let order = OrderId(Uuid::now_v7());
        self.post.sent(order.uuid());
        let now = now();
        let registered = self.publish(order, &registered(order, now)).await?;
        // Sent in this order over one connection, so they are stored in this order.
        let assigned = self.publish(order, &assigned(order, unit, now)).await?;
        registered.await.context("order.registered")?;
        assigned.await.context("order.assigned")?;
        Ok(())
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "the generator plays services whose outbox it does not have"
    )]
    async fn publish<E: Event>(
        &self,
        order: OrderId,
        event: &E,
    ) -> anyhow::Result<jetstream::context::PublishAckFuture> {
        let envelope = Envelope {
            id: EventId(Uuid::now_v7()),
            event_type: E::TYPE.to_string(),
            occurred_at: now(),
            key: order.uuid(),
            sequence: 1,
            correlation_id: order.uuid(),
            causation_id: None,
            actor: "service:load".to_owned(),
            traceparent: None,
            data: event,
        };
        let mut headers = async_nats::HeaderMap::new();
        headers.insert(HEADER_MESSAGE_ID, envelope.id.uuid().to_string().as_str());
        headers.insert(HEADER_KEY, order.uuid().to_string().as_str());
        let subject = Namespace::default().event(Shard::of(order.uuid()), &envelope.event_type);
        let body = serde_json::to_vec(&envelope)?;
        Ok(self
            .jetstream
            .publish_with_headers(subject, headers, body.into())
            .await?)
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "the generator has no clock but the machine's"
)]
fn now() -> DateTime<Utc> {
    Utc::now()
}

fn registered(order_id: OrderId, now: DateTime<Utc>) -> OrderRegisteredV1 {
    OrderRegisteredV1 {
        order_id,
        order_number: "26112800001-1".into(),
        complaint_id: ComplaintId(order_id.uuid()),
        complaint_number: "26112800001".into(),
        channel: Channel::Phone,
        kind: Kind::Help,
        urgency: Urgency::Ordinary,
        title: "路灯不亮".into(),
        text: "东风路与文化路交叉口向北约两百米，十四盏路灯不亮，已有一周，晚上老人和学生经过不安全，盼尽快修复。".into(),
        matter: None,
        place: PlaceV1 {
            address: Some("东风路与文化路交叉口".into()),
            ..PlaceV1::default()
        },
        facts: BTreeMap::new(),
        confidential: false,
        accepted_at: now,
        caller: None,
        due_by: None,
        other_number: false,
    }
}

fn assigned(order_id: OrderId, unit: &str, now: DateTime<Utc>) -> OrderAssignedV1 {
    let limit = |amount, unit| Limit {
        amount,
        unit,
        start: StartRule::Dispatch,
    };
    OrderAssignedV1 {
        order_id,
        order_number: "26112800001-1".into(),
        generation: 1,
        lead: UnitRef {
            code: super::code(unit),
            name: format!("单位 {unit}"),
        },
        co_handlers: Vec::new(),
        matter: Some("M0203".into()),
        divisions: vec!["990102003".into()],
        terms: TermsV1 {
            rule: "L-014".into(),
            calendar: "office".into(),
            city_calendar: "city".into(),
            sign: limit(2, LimitUnit::WorkingHours),
            respond: limit(24, LimitUnit::WorkingHours),
            finish: limit(5, LimitUnit::WorkingDays),
            total: limit(15, LimitUnit::WorkingDays),
            return_window: Some(limit(1, LimitUnit::WorkingDays)),
            extension: None,
            urgency: None,
        },
        duties: vec!["D-017".into()],
        directory_version: 1,
        accepted_at: now,
        assigned_at: now,
        return_until: Some(now + chrono::TimeDelta::days(1)),
        return_right: None,
        explanation: ExplanationV1 {
            en: vec!["D-017 names the most specific place.".into()],
            zh: vec!["条目 D-017 地点最具体。".into()],
        },
    }
}
