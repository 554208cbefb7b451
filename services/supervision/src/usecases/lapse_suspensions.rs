//! Requests that an order stand still 挂起, whose time has passed before anybody decided: over, and the unit may ask anew.
use crate::events;
use crate::events::grants::Beside;
use crate::store;
use crate::usecases::request_extension::cause;
use crate::usecases::request_suspension::denial;
use chrono::{DateTime, Utc};
use contracts::cause::{Asked, Cause};
use db::{Conn, Db, DbError, ExecuteError, Results, Work};
use std::convert::Infallible;
use uuid::Uuid;

/// The use case; its command says how many at most.
#[derive(Clone, Copy, Debug)]
pub struct LapseSuspensions;

impl Work for LapseSuspensions {
    const NAME: &'static str = "lapse_suspensions";
    type Command = u32;
    type Output = usize;
    type Refusal = Infallible;

    async fn apply(
        &self,
        conn: &mut Conn,
        now: DateTime<Utc>,
        commands: &[Asked<u32>],
    ) -> Result<Results<Self>, DbError> {
        let mut results = Vec::with_capacity(commands.len());
        for asked in commands {
            let past = store::suspension_requests::past(conn, now, i64::from(asked.command)).await?;
            let orders = store::orders::lock(conn, &past).await?;
            let lapsed = store::suspension_requests::lapse(conn, &past, now).await?;
            let ids: Vec<Uuid> = lapsed.iter().map(|row| row.suspension_id).collect();
            let in_the_way = store::suspension_requests::in_the_way(conn, &ids).await?;
            let facts = lapsed.iter().map(|row| {
                let order = orders.iter().find(|order| order.order_id.uuid() == row.order_id);
                let contact = order.and_then(|order| order.correlation_id);
                let beside = Beside::ended(in_the_way.contains(&row.suspension_id));
                denial(row, beside, now, &cause(contact, &asked.cause))
            });
            bus::outbox::append(conn, &facts.collect::<Vec<_>>()).await?;
            results.push(Ok(lapsed.len()));
        }
        Ok(results)
    }
}

/// Lets at most `limit` requests lapse, in a transaction of its own.
///
/// # Errors
/// When the database fails.
pub async fn lapse_chunk(db: &Db, limit: u32) -> Result<usize, ExecuteError<Infallible>> {
    let asked = Asked {
        cause: Cause::asked_by(events::CLOCK_ACTOR, None),
        command: limit,
    };
    db.execute(&LapseSuspensions, asked).await
}
