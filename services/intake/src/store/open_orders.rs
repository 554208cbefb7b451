//! Table `open_orders`: what is looked through for similar orders.
use super::orders::NewOrder;
use crate::domain::place::Place;
use crate::domain::similar::{OpenOrder, Words, cell, cells_around, words};
use chrono::{DateTime, Utc};
use db::{Conn, DbError};
use std::collections::BTreeSet;
use uuid::Uuid;

/// Pairs of characters kept of an order: address and title have 10 to 30.
const WORDS_MAX: usize = 40;
/// Rare pairs that are looked for.
const RARE_MAX: i64 = 8;
/// A pair in more than this share of the orders tells nothing.
const RARE_SHARE: f32 = 0.01;
/// Orders with a rare pair in common that are compared by how many they share.
const LIKE_IT_MAX: i64 = 3_000;
/// Candidates of each kind: near, in the same place, of like words.
const EACH_MAX: i64 = 300;

/// Rows to be written, by column.
#[derive(Debug, Default)]
struct Columns {
    ids: Vec<Uuid>,
    accepted_at: Vec<DateTime<Utc>>,
    matters: Vec<Option<String>>,
    divisions: Vec<Option<String>>,
    cells: Vec<Option<i64>>,
    longitudes: Vec<Option<f64>>,
    latitudes: Vec<Option<f64>>,
    words: Vec<String>,
}

impl Columns {
    fn push(&mut self, id: Uuid, at: DateTime<Utc>, matter: Option<String>, place: &Place, title: &str) {
        self.ids.push(id);
        self.accepted_at.push(at);
        self.matters.push(matter);
        self.divisions.push(place.division.clone());
        let point = place.longitude.zip(place.latitude);
        self.cells
            .push(point.map(|(longitude, latitude)| cell(longitude, latitude)));
        self.longitudes.push(place.longitude);
        self.latitudes.push(place.latitude);
        self.words.push(array(&pairs(place.address.as_deref(), title)));
    }
}

/// Address first: it tells more.
fn pairs(address: Option<&str>, title: &str) -> Words {
    let address = words(address.unwrap_or_default());
    let of_title = words(title);
    let all: BTreeSet<i32> = address.iter().chain(&of_title).copied().collect();
    if all.len() <= WORDS_MAX {
        all
    } else {
        address.into_iter().take(WORDS_MAX).collect()
    }
}

/// As the text of an array, because arrays of arrays cannot be unnested.
fn array(words: &Words) -> String {
    let words: Vec<String> = words.iter().map(i32::to_string).collect();
    format!("{{{}}}", words.join(","))
}

/// Adds new orders.
///
/// # Errors
/// When the database fails.
pub async fn insert(conn: &mut Conn, new: &[NewOrder<'_>]) -> Result<(), DbError> {
    let mut rows = Columns::default();
    for order in new {
        let content = &order.complaint.content;
        rows.push(
            order.order_id.uuid(),
            order.complaint.at,
            order.demand.matter.clone().or_else(|| content.matter.clone()),
            order.demand.place.as_ref().unwrap_or(&content.place),
            order.demand.title.as_deref().unwrap_or(&content.title),
        );
    }
    sqlx::query!(
        "insert into open_orders (order_id, accepted_at, matter, division, cell, words, longitude, latitude)
         select id, accepted_at, matter, division, cell, words::int[], longitude, latitude
         from unnest($1::uuid[], $2::timestamptz[], $3::text[], $4::text[], $5::bigint[], $6::text[], $7::float8[],
                     $8::float8[])
              as n(id, accepted_at, matter, division, cell, words, longitude, latitude)",
        &rows.ids,
        &rows.accepted_at,
        &rows.matters as &[Option<String>],
        &rows.divisions as &[Option<String>],
        &rows.cells as &[Option<i64>],
        &rows.words,
        &rows.longitudes as &[Option<f64>],
        &rows.latitudes as &[Option<f64>]
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// An order is about another matter, or elsewhere.
///
/// # Errors
/// When the database fails.
pub async fn amend(conn: &mut Conn, id: Uuid, matter: Option<&str>, place: &Place) -> Result<(), DbError> {
    let point = place.longitude.zip(place.latitude);
    let address: Vec<i32> = pairs(place.address.as_deref(), "").into_iter().collect();
    sqlx::query!(
        "update open_orders set matter = $2, division = $3, cell = $4, longitude = $6, latitude = $7,
             words = array(select distinct unnest(words || $5::int[]))
         where order_id = $1",
        id,
        matter,
        place.division.as_deref(),
        point.map(|(longitude, latitude)| cell(longitude, latitude)),
        &address,
        place.longitude,
        place.latitude
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Orders that have ended.
///
/// # Errors
/// When the database fails.
pub(super) async fn delete(conn: &mut Conn, ids: &[Uuid]) -> Result<(), DbError> {
    if ids.is_empty() {
        return Ok(());
    }
    sqlx::query!("delete from open_orders where order_id = any($1)", ids)
        .execute(conn)
        .await?;
    Ok(())
}

/// Orders accepted since then that may be about the same: the nearest to the point, the newest in the division (of the matter,
/// when there is one), and those with the most rare words in common.
///
/// # Errors
/// When the database fails.
pub async fn candidates(
    conn: &mut Conn,
    since: DateTime<Utc>,
    point: Option<(f64, f64)>,
    (division, matter): (Option<&str>, Option<&str>),
    said: &Words,
) -> Result<Vec<OpenOrder>, DbError> {
    let rare = rare(conn, said).await?;
    let cells = point.map(|(longitude, latitude)| cells_around(longitude, latitude));
    let rows = sqlx::query!(
        r#"with found as (
               (select order_id from open_orders where cell = any($2) and accepted_at >= $1
                order by (longitude - $8) ^ 2 + (latitude - $9) ^ 2 limit $6)
               union
               (select order_id from open_orders where division = $3 and matter = $4 and accepted_at >= $1
                order by accepted_at desc limit $6)
               union
               (select order_id from open_orders where division = $3 and $4::text is null and accepted_at >= $1
                order by accepted_at desc limit $6)
               union
               (select order_id
                from (select order_id, words, accepted_at from open_orders where words && $5 and accepted_at >= $1
                      order by accepted_at desc limit $7) like_it
                order by cardinality(array(select unnest(words) intersect select unnest($5))) desc, accepted_at desc
                limit $6)
           )
           select o.order_id, o.order_number, coalesce(o.title, c.title) as "title!", coalesce(o.text, c.text) as "text!",
               coalesce(o.matter, c.matter) as matter, o.state, o.unit_name, c.accepted_at,
               case when o.own_place then o.division else c.division end as division,
               case when o.own_place then o.longitude else c.longitude end as longitude,
               case when o.own_place then o.latitude else c.latitude end as latitude,
               case when o.own_place then o.address else c.address end as address
           from found f join orders o on o.order_id = f.order_id join complaints c on c.complaint_id = o.complaint_id"#,
        since,
        &cells.unwrap_or_default(),
        division,
        matter,
        &rare,
        EACH_MAX,
        LIKE_IT_MAX,
        point.map(|(longitude, _)| longitude),
        point.map(|(_, latitude)| latitude)
    )
    .fetch_all(conn)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| OpenOrder {
            order_id: row.order_id.into(),
            order_number: row.order_number,
            title: row.title,
            text: row.text,
            matter: row.matter,
            place: Place {
                division: row.division,
                longitude: row.longitude,
                latitude: row.latitude,
                address: row.address,
            },
            state: row.state,
            unit: row.unit_name,
            accepted_at: row.accepted_at,
        })
        .collect())
}

/// The rarest of these pairs, by what the database knows of its columns; while it knows nothing there are few orders.
async fn rare(conn: &mut Conn, said: &Words) -> Result<Vec<i32>, DbError> {
    let said: Vec<i32> = said.iter().copied().collect();
    Ok(sqlx::query_scalar!(
        r#"select w.word as "word!" from unnest($1::int[]) w(word)
           left join (select k.word, k.share
                      from pg_stats s, unnest(s.most_common_elems::text::int[], s.most_common_elem_freqs) k(word, share)
                      where s.schemaname = current_schema() and s.tablename = 'open_orders' and s.attname = 'words') k
               on k.word = w.word
           where k.share is null or k.share < $2
           order by k.share nulls first, w.word limit $3"#,
        &said,
        RARE_SHARE,
        RARE_MAX
    )
    .fetch_all(conn)
    .await?)
}
