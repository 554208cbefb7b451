//! The co-handlers in table `handlings`, which change while a generation goes on.
use crate::domain::handling::Handling;
use db::{Conn, DbError};

/// Writes who helps with locked handlings now.
pub async fn save(conn: &mut Conn, handlings: &[Handling]) -> Result<(), DbError> {
    fn column<'a, T>(handlings: &'a [Handling], value: impl Fn(&'a Handling) -> T) -> Vec<T> {
        handlings.iter().map(value).collect()
    }
    if handlings.is_empty() {
        return Ok(());
    }
    // Arrays of arrays must be rectangular in SQL, so each list travels as one text.
    let codes = column(handlings, |h| {
        let codes = h.assignment.co_handlers.iter().map(|co| co.code.as_str());
        codes.collect::<Vec<_>>().join(" ")
    });
    let units: Vec<serde_json::Value> = column(handlings, |h| {
        serde_json::to_value(&h.assignment.co_handlers).unwrap_or_default()
    });
    sqlx::query!(
        "update handlings h set co_handlers = string_to_array(n.codes, ' '),
                                assignment = jsonb_set(h.assignment, '{co_handlers}', n.units)
         from unnest($1::uuid[], $2::text[], $3::jsonb[]) as n(order_id, codes, units)
         where h.order_id = n.order_id",
        &column(handlings, |h| h.order_id.uuid()),
        &codes,
        &units,
    )
    .execute(conn)
    .await?;
    Ok(())
}
