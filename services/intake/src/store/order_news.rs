//! Table `order_news`, append-only.
use crate::domain::OrderId;
use crate::domain::news::{News, What};
use contracts::ids::EventId;
use db::{Conn, DbError};
use std::collections::HashMap;
use uuid::Uuid;

/// Adds news; what an event told before stays as it is.
///
/// # Errors
/// When the database fails.
pub async fn append(conn: &mut Conn, news: &[(EventId, &News)]) -> Result<(), DbError> {
    fn column<T>(news: &[(EventId, &News)], value: impl Fn(&News) -> T) -> Vec<T> {
        news.iter().map(|(_, news)| value(news)).collect()
    }
    sqlx::query!(
        "insert into order_news (event_id, order_id, what, at, until, text)
         select * from unnest($1::uuid[], $2::uuid[], $3::text[], $4::timestamptz[], $5::timestamptz[], $6::text[])
         on conflict (event_id) do nothing",
        &news.iter().map(|(event_id, _)| event_id.uuid()).collect::<Vec<_>>(),
        &column(news, |news| news.order_id.uuid()),
        &column(news, |news| news.what.as_str().to_owned()),
        &column(news, |news| news.at),
        &column(news, |news| news.until) as &[Option<chrono::DateTime<chrono::Utc>>],
        &column(news, |news| news.text.clone()) as &[Option<String>]
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// News about orders, the oldest first. What only a newer release knows how to tell is left out.
///
/// # Errors
/// When the database fails.
pub async fn of_orders(conn: &mut Conn, orders: &[Uuid]) -> Result<HashMap<OrderId, Vec<News>>, DbError> {
    let rows = sqlx::query!(
        "select event_id, order_id, what, at, until, text from order_news where order_id = any($1) order by at, event_id",
        orders
    )
    .fetch_all(conn)
    .await?;
    let mut found: HashMap<OrderId, Vec<News>> = HashMap::new();
    for row in rows {
        let order_id = OrderId::from(row.order_id);
        let Some(what) = What::parse(&row.what) else {
            tracing::warn!(event.id = %row.event_id, what = row.what, "news of a kind that is not known here");
            continue;
        };
        found.entry(order_id).or_default().push(News {
            order_id,
            what,
            at: row.at,
            until: row.until,
            text: row.text,
        });
    }
    Ok(found)
}
