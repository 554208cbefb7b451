//! The frame of the use cases that events drive: load the cases, let each event change its own, save, tell.
use crate::domain::{Case, Happening};
use crate::{events, store};
use bus::Fact;
use chrono::{DateTime, Utc};
use contracts::cause::{Asked, Cause};
use contracts::ids::OrderId;
use db::{Conn, DbError};

/// The facts for what happened to a case: part of the contact it came from, whoever caused them.
pub(super) fn facts(case: &Case, happenings: &[Happening], now: DateTime<Utc>, cause: &Cause) -> Vec<Fact> {
    let cause = Cause {
        correlation_id: case.order.correlation_id.unwrap_or(cause.correlation_id),
        ..cause.clone()
    };
    happenings
        .iter()
        .map(|happening| events::fact(&case.order, happening, now, &cause))
        .collect()
}

/// Applies `change` to the case of each command, in order; never refuses, because what is late or repeated
/// rightly has no effect.
pub(super) async fn change_cases<C>(
    conn: &mut Conn,
    now: DateTime<Utc>,
    commands: &[Asked<C>],
    order_of: impl Fn(&C) -> OrderId,
    change: impl Fn(&mut Case, &C) -> Vec<Happening>,
) -> Result<(), DbError> {
    let orders: Vec<_> = commands
        .iter()
        .map(|asked| order_of(&asked.command).uuid())
        .collect();
    let mut cases = store::cases::load_for_update(conn, &orders, &[]).await?;
    let mut told = Vec::new();
    for asked in commands {
        let case = cases.of(order_of(&asked.command));
        case.order
            .correlation_id
            .get_or_insert(asked.cause.correlation_id);
        let happenings = change(case, &asked.command);
        told.extend(facts(case, &happenings, now, &asked.cause));
    }
    store::cases::save(conn, &cases).await?;
    bus::outbox::append(conn, &told).await
}
