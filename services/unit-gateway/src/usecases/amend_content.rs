//! The hotline corrected what an order is about: later documents tell it as it is now. Nobody is told here; routing says
//! first who has the order then.
use crate::domain::order::Correction;
use crate::store::orders;
use chrono::{DateTime, Utc};
use contracts::cause::Asked;
use db::{Conn, DbError, Results, Work};
use std::convert::Infallible;

/// The use case.
#[derive(Clone, Copy, Debug)]
pub struct AmendContent;

impl Work for AmendContent {
    const NAME: &'static str = "amend_content";
    type Command = Correction;
    type Output = ();
    type Refusal = Infallible;

    async fn apply(
        &self,
        conn: &mut Conn,
        _now: DateTime<Utc>,
        commands: &[Asked<Correction>],
    ) -> Result<Results<Self>, DbError> {
        let corrections: Vec<&Correction> = commands.iter().map(|asked| &asked.command).collect();
        orders::correct(conn, &corrections).await?;
        Ok(commands.iter().map(|_| Ok(())).collect())
    }
}
