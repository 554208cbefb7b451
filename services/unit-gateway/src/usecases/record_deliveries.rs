//! Writes down what came of pushes; a document that its lead now has is a fact for everyone.
use crate::domain::delivery::{Outcome, Push};
use crate::events;
use crate::store::{attempts, deliveries};
use chrono::{DateTime, Utc};
use contracts::cause::{Asked, Cause};
use db::{Conn, Db, DbError, Results, Work};
use std::convert::Infallible;
use uuid::Uuid;

/// The use case.
#[derive(Clone, Copy, Debug)]
pub struct RecordDeliveries;

impl Work for RecordDeliveries {
    const NAME: &'static str = "record_deliveries";
    type Command = Push;
    type Output = ();
    type Refusal = Infallible;

    async fn apply(
        &self,
        conn: &mut Conn,
        now: DateTime<Utc>,
        commands: &[Asked<Push>],
    ) -> Result<Results<Self>, DbError> {
        let pushes: Vec<&Push> = commands.iter().map(|asked| &asked.command).collect();
        let ids: Vec<Uuid> = pushes
            .iter()
            .filter(|push| push.outcome == Outcome::Delivered)
            .map(|push| push.delivery_id)
            .collect();
        let arrived = deliveries::delivered(conn, now, &ids, None).await?;
        deliveries::failed(conn, &pushes).await?;
        attempts::insert(conn, &pushes).await?;
        let facts: Vec<bus::Fact> = arrived.iter().filter_map(events::delivered).collect();
        bus::outbox::append(conn, &facts).await?;
        Ok(commands.iter().map(|_| Ok(())).collect())
    }
}

/// Records pushes in one transaction. Each fact takes the cause of its document, so the command's own is a formality.
///
/// # Errors
/// When the database fails; the documents are then sent again when their lease ends.
pub async fn record(db: &Db, pushes: Vec<Push>) -> Result<(), DbError> {
    if pushes.is_empty() {
        return Ok(());
    }
    let cause = Cause::asked_by(format!("service:{}", crate::SERVICE), None);
    let asked: Vec<Asked<Push>> = pushes
        .into_iter()
        .map(|command| Asked {
            cause: cause.clone(),
            command,
        })
        .collect();
    db.execute_many(&RecordDeliveries, &asked).await.map(drop)
}
