//! How stored words become values again. A word this program did not write names its row.
use crate::domain::order::{Handling, OrderState, Reply};
use chrono::{DateTime, Utc};
use db::DbError;
use std::fmt::Display;
use std::str::FromStr;
use uuid::Uuid;

/// One word of a vocabulary.
pub(super) fn word<T>(
    table: &'static str,
    column: &'static str,
    row: &dyn Display,
    value: &str,
) -> Result<T, DbError>
where
    T: FromStr,
{
    value
        .parse()
        .map_err(|_| DbError::inconsistent(table, column, row, &format!("unknown word {value}")))
}

/// The columns of `orders` that hold a state.
pub(super) struct StateRow {
    pub order_id: Uuid,
    pub state: String,
    pub generation: i32,
    pub rework: i32,
    pub unit_code: Option<String>,
    pub unit_name: Option<String>,
    pub assigned_at: Option<DateTime<Utc>>,
    pub signed_at: Option<DateTime<Utc>>,
    pub responded_at: Option<DateTime<Utc>>,
    pub replied_at: Option<DateTime<Utc>>,
    pub reply_text: Option<String>,
    pub reply_solved: Option<bool>,
    pub outcome: Option<String>,
    pub closed_at: Option<DateTime<Utc>>,
}

impl StateRow {
    pub(super) fn state(self) -> Result<OrderState, DbError> {
        let order_id = self.order_id;
        let state = self.state.clone();
        let missing = || {
            DbError::inconsistent(
                "orders",
                "state",
                &order_id,
                &format!("{state} without what belongs to it"),
            )
        };
        let (generation, outcome, closed_at) = (self.generation, self.outcome.clone(), self.closed_at);
        let (handling, reply) = self.parts();
        Ok(match state.as_str() {
            "registered" => OrderState::Registered,
            "undecided" => OrderState::Undecided { generation },
            "assigned" => OrderState::Assigned(handling.ok_or_else(missing)?),
            "signed" => OrderState::Signed(handling.ok_or_else(missing)?),
            "responded" => OrderState::Responded(handling.ok_or_else(missing)?),
            "replied" => OrderState::Replied(handling.ok_or_else(missing)?, reply.ok_or_else(missing)?),
            "closed" => OrderState::Closed {
                handling,
                reply,
                outcome: word("orders", "outcome", &order_id, &outcome.ok_or_else(missing)?)?,
                at: closed_at.ok_or_else(missing)?,
            },
            other => {
                return Err(DbError::inconsistent(
                    "orders",
                    "state",
                    &order_id,
                    &format!("unknown state {other}"),
                ));
            }
        })
    }

    fn parts(self) -> (Option<Handling>, Option<Reply>) {
        let handling = self.unit_code.map(|unit_code| Handling {
            unit_code,
            unit_name: self.unit_name,
            generation: self.generation,
            rework: self.rework,
            assigned_at: self.assigned_at,
            signed_at: self.signed_at,
            responded_at: self.responded_at,
        });
        let reply = match (self.reply_text, self.reply_solved, self.replied_at) {
            (Some(text), Some(solved), Some(at)) => Some(Reply { text, solved, at }),
            _ => None,
        };
        (handling, reply)
    }
}
