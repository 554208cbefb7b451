//! Who got, opened, forwarded and did what with an order: for supervision and auditors.
use crate::store::{actions, answers, delivery_reads, openings};
use chrono::{DateTime, Utc};
use contracts::ids::OrderId;
use db::{Db, DbError};

/// Newest lines of each kind.
const LINES_MAX: i64 = 500;
/// The verb by which a lead hands an order on; it stays responsible.
const FORWARDS: &str = "request_co_handlers";

/// The verb of an appeal, which may come when the unit has the order no more.
const APPEALS: &str = "appeal";

/// One line.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LogLine {
    /// When; of lines that count, the first.
    pub at: DateTime<Utc>,
    /// For which unit.
    pub unit: String,
    /// `delivered`, `opened`, `forwarded`, or `acted`.
    pub what: &'static str,
    /// Which: the notice that was delivered, what was opened, the verb of the action.
    pub detail: String,
    /// Subject of the person or key, where it is known.
    pub by: Option<String>,
    /// To whom it was forwarded.
    pub to: Vec<String>,
    /// How often within the hour.
    pub times: i64,
    /// The last time.
    pub last_at: DateTime<Utc>,
}

/// The log of an order, oldest first; at most 500 of the newest lines of each kind.
///
/// # Errors
/// When the database fails.
pub async fn read_log(db: &Db, order_id: OrderId) -> Result<Vec<LogLine>, DbError> {
    let mut conn = db.pool().acquire().await?;
    let delivered = delivery_reads::delivered(&mut conn, order_id, LINES_MAX).await?;
    let opened = openings::of_order(&mut conn, order_id, LINES_MAX).await?;
    let acted = actions::of_order(&mut conn, order_id, LINES_MAX).await?;
    let appealed = answers::appeals_of_order(&mut conn, order_id, LINES_MAX).await?;
    let delivered = delivered.into_iter().map(|row| LogLine {
        at: row.delivered_at,
        unit: row.unit,
        what: "delivered",
        detail: row.notice,
        by: None,
        to: Vec::new(),
        times: 1,
        last_at: row.delivered_at,
    });
    let opened = opened.into_iter().map(|row| LogLine {
        at: row.first_at,
        unit: row.unit,
        what: "opened",
        detail: row.what,
        by: Some(row.opened_by),
        to: Vec::new(),
        times: row.times,
        last_at: row.last_at,
    });
    let acted = acted.into_iter().map(|row| LogLine {
        at: row.acted_at,
        unit: row.unit,
        what: if row.verb == FORWARDS {
            "forwarded"
        } else {
            "acted"
        },
        to: codes(&row.content["co_handlers"]),
        detail: row.verb,
        by: None,
        times: 1,
        last_at: row.acted_at,
    });
    let appealed = appealed.into_iter().map(|row| LogLine {
        at: row.at,
        unit: row.unit,
        what: "acted",
        detail: APPEALS.to_owned(),
        by: None,
        to: Vec::new(),
        times: 1,
        last_at: row.at,
    });
    let mut lines: Vec<LogLine> = delivered.chain(opened).chain(acted).chain(appealed).collect();
    lines.sort_by_key(|line| line.at);
    Ok(lines)
}

fn codes(listed: &serde_json::Value) -> Vec<String> {
    let codes = listed.as_array().into_iter().flatten();
    codes
        .filter_map(|code| code.as_str().map(ToOwned::to_owned))
        .collect()
}
