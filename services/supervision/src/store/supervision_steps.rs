//! Table `supervision_steps`, append-only.
use crate::domain::supervision::{Step, SupervisionOrder, height};
use chrono::{DateTime, Utc};
use db::{Conn, DbError};
use serde_json::json;
use uuid::Uuid;

fn column<T>(steps: &[(Uuid, &Step)], value: impl Fn(&Step) -> T) -> Vec<T> {
    steps.iter().map(|(_, step)| value(step)).collect()
}

/// Writes the steps that are not written yet.
///
/// # Errors
/// When the database fails.
pub async fn append(conn: &mut Conn, orders: &[&SupervisionOrder]) -> Result<(), DbError> {
    let of = |order: &&'_ SupervisionOrder| order.identity.id.uuid();
    let steps: Vec<(Uuid, &Step)> = orders
        .iter()
        .flat_map(|order| order.fresh.iter().map(move |step| (of(order), step)))
        .collect();
    if steps.is_empty() {
        return Ok(());
    }
    sqlx::query!(
        "insert into supervision_steps (supervision_id, number, kind, author, at, level, from_level, trigger, document,
                                        text, evidence, answer_until, told, outcome)
         select id, number, kind, author, at, level, from_level, trigger, document, text, evidence, answer_until,
                array(select value from jsonb_array_elements_text(told) with ordinality as w(value, n) order by n),
                outcome
         from unnest($1::uuid[], $2::integer[], $3::text[], $4::text[], $5::timestamptz[], $6::smallint[],
                     $7::smallint[], $8::text[], $9::text[], $10::text[], $11::jsonb[], $12::timestamptz[],
                     $13::jsonb[], $14::text[])
              as t(id, number, kind, author, at, level, from_level, trigger, document, text, evidence, answer_until,
                   told, outcome)",
        &steps.iter().map(|(id, _)| *id).collect::<Vec<_>>(),
        &column(&steps, |s| s.number),
        &column(&steps, |s| s.kind.word().to_owned()),
        &column(&steps, |s| s.author.clone()),
        &column(&steps, |s| s.at),
        &column(&steps, |s| height(s.level)),
        &column(&steps, |s| s.from_level.map(height)) as &[Option<i16>],
        &column(&steps, |s| s.trigger.clone()) as &[Option<String>],
        &column(&steps, |s| s.document.clone()),
        &column(&steps, |s| s.text.clone()),
        &column(&steps, |s| json!(s.evidence)),
        &column(&steps, |s| s.answer_until) as &[Option<DateTime<Utc>>],
        &column(&steps, |s| json!(s.told)),
        &column(&steps, |s| s.outcome.clone()) as &[Option<String>],
    )
    .execute(conn)
    .await?;
    Ok(())
}
