//! Tables that figures are counted from. One statement per table and batch; a fact that is there already stays as it is.
use crate::domain::figures::{
    AssignedFact, CallbackFact, ComplaintFact, FigureFact, IncidentFact, OutcomeFact, RegisteredFact,
    VoidFact,
};
use crate::domain::search_words;
use db::{Conn, DbError};
use serde_json::{Value, json};
use uuid::Uuid;

fn column<R, T>(rows: &[&R], value: impl Fn(&R) -> T) -> Vec<T> {
    rows.iter().map(|row| value(row)).collect()
}

/// Writes the facts of a batch.
///
/// # Errors
/// When the database fails.
pub async fn append(conn: &mut Conn, facts: &[&FigureFact]) -> Result<(), DbError> {
    let (mut complaints, mut outcomes, mut registered) = (Vec::new(), Vec::new(), Vec::new());
    let (mut assigned, mut callbacks, mut incidents) = (Vec::new(), Vec::new(), Vec::new());
    let mut voids = Vec::new();
    for fact in facts {
        match fact {
            FigureFact::Complaint(fact) => complaints.push(fact),
            FigureFact::Outcome(fact) => outcomes.push(fact),
            FigureFact::Registered(fact) => registered.push(fact),
            FigureFact::Assigned(fact) => assigned.push(fact),
            FigureFact::Callback(fact) => callbacks.push(fact),
            FigureFact::Incident(fact) => incidents.push(fact),
            FigureFact::Void(fact) => voids.push(fact),
        }
    }
    append_complaints(conn, &complaints).await?;
    append_outcomes(conn, &outcomes).await?;
    append_assignments(conn, &assigned).await?;
    append_callbacks(conn, &callbacks).await?;
    append_incidents(conn, &incidents).await?;
    append_voids(conn, &voids).await?;
    index_registered(conn, &registered).await?;
    index_assigned(conn, &assigned).await
}

async fn append_complaints(conn: &mut Conn, rows: &[&ComplaintFact]) -> Result<(), DbError> {
    if rows.is_empty() {
        return Ok(());
    }
    // An array in an array must be rectangular, so the lists of orders travel as JSON.
    let orders: Vec<Value> = column(rows, |row| json!(row.orders));
    sqlx::query!(
        "insert into complaint_facts (complaint_id, complaint_number, channel, kind, urgency, disposition, orders,
                                      accepted_at)
         select id, number, channel, kind, urgency, disposition,
                array(select value::uuid from jsonb_array_elements_text(orders) as o(value)), at
         from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::jsonb[],
                     $8::timestamptz[]) as t(id, number, channel, kind, urgency, disposition, orders, at)
         on conflict do nothing",
        &column(rows, |row| row.complaint_id),
        &column(rows, |row| row.number.clone()),
        &column(rows, |row| row.channel.to_string()),
        &column(rows, |row| row.kind.to_string()),
        &column(rows, |row| row.urgency.to_string()),
        &column(rows, |row| row.disposition.to_string()),
        &orders,
        &column(rows, |row| row.accepted_at)
    )
    .execute(conn)
    .await?;
    Ok(())
}

async fn append_outcomes(conn: &mut Conn, rows: &[&OutcomeFact]) -> Result<(), DbError> {
    if rows.is_empty() {
        return Ok(());
    }
    sqlx::query!(
        "insert into complaint_outcomes (complaint_id, outcome, order_id, at)
         select * from unnest($1::uuid[], $2::text[], $3::uuid[], $4::timestamptz[]) on conflict do nothing",
        &column(rows, |row| row.complaint_id),
        &column(rows, |row| row.outcome.to_owned()),
        &column(rows, |row| row.order_id) as &[Option<Uuid>],
        &column(rows, |row| row.at)
    )
    .execute(conn)
    .await?;
    Ok(())
}

async fn append_assignments(conn: &mut Conn, rows: &[&AssignedFact]) -> Result<(), DbError> {
    if rows.is_empty() {
        return Ok(());
    }
    let divisions: Vec<Value> = column(rows, |row| json!(row.divisions));
    sqlx::query!(
        "insert into assignment_facts (order_id, generation, unit, unit_name, matter, divisions, assigned_at)
         select id, generation, unit, name, matter,
                array(select value from jsonb_array_elements_text(divisions) with ordinality as d(value, n) order by n),
                at
         from unnest($1::uuid[], $2::integer[], $3::text[], $4::text[], $5::text[], $6::jsonb[], $7::timestamptz[])
             as t(id, generation, unit, name, matter, divisions, at)
         on conflict do nothing",
        &column(rows, |row| row.order_id.uuid()),
        &column(rows, |row| row.generation),
        &column(rows, |row| row.unit.clone()),
        &column(rows, |row| row.unit_name.clone()),
        &column(rows, |row| row.matter.clone()) as &[Option<String>],
        &divisions,
        &column(rows, |row| row.assigned_at)
    )
    .execute(conn)
    .await?;
    Ok(())
}

async fn append_callbacks(conn: &mut Conn, rows: &[&CallbackFact]) -> Result<(), DbError> {
    if rows.is_empty() {
        return Ok(());
    }
    sqlx::query!(
        "insert into callback_facts (callback_id, order_id, generation, rework, contacted, solved, result, attitude, at)
         select * from unnest($1::uuid[], $2::uuid[], $3::integer[], $4::integer[], $5::boolean[], $6::boolean[],
                              $7::text[], $8::text[], $9::timestamptz[])
         on conflict do nothing",
        &column(rows, |row| row.callback_id),
        &column(rows, |row| row.order_id.uuid()),
        &column(rows, |row| row.generation),
        &column(rows, |row| row.rework),
        &column(rows, |row| row.contacted),
        &column(rows, |row| row.solved),
        &column(rows, |row| row.result.to_string()),
        &column(rows, |row| row.attitude.to_string()),
        &column(rows, |row| row.at)
    )
    .execute(conn)
    .await?;
    Ok(())
}

async fn append_incidents(conn: &mut Conn, rows: &[&IncidentFact]) -> Result<(), DbError> {
    if rows.is_empty() {
        return Ok(());
    }
    sqlx::query!(
        "insert into incident_facts (event_id, order_id, what, generation, unit, round, ref_id, detail, actor, at)
         select * from unnest($1::uuid[], $2::uuid[], $3::text[], $4::integer[], $5::text[], $6::integer[], $7::uuid[],
                              $8::text[], $9::text[], $10::timestamptz[])
         on conflict do nothing",
        &column(rows, |row| row.event_id),
        &column(rows, |row| row.order_id.uuid()),
        &column(rows, |row| row.what.word().to_owned()),
        &column(rows, |row| row.generation),
        &column(rows, |row| row.unit.clone()) as &[Option<String>],
        &column(rows, |row| row.round) as &[Option<i32>],
        &column(rows, |row| row.ref_id) as &[Option<Uuid>],
        &column(rows, |row| row.detail.clone()) as &[Option<String>],
        &column(rows, |row| row.actor.clone()),
        &column(rows, |row| row.at)
    )
    .execute(conn)
    .await?;
    Ok(())
}

async fn append_voids(conn: &mut Conn, rows: &[&VoidFact]) -> Result<(), DbError> {
    let answers: Vec<(Uuid, &VoidFact)> = rows
        .iter()
        .flat_map(|row| row.callback_ids.iter().map(|id| (*id, *row)))
        .collect();
    if answers.is_empty() {
        return Ok(());
    }
    sqlx::query!(
        "insert into void_answers (callback_id, ref_id, why, at)
         select * from unnest($1::uuid[], $2::uuid[], $3::text[], $4::timestamptz[]) on conflict do nothing",
        &answers.iter().map(|(id, _)| *id).collect::<Vec<_>>(),
        &answers.iter().map(|(_, row)| row.ref_id).collect::<Vec<_>>(),
        &answers
            .iter()
            .map(|(_, row)| row.why.to_owned())
            .collect::<Vec<_>>(),
        &answers.iter().map(|(_, row)| row.at).collect::<Vec<_>>()
    )
    .execute(conn)
    .await?;
    Ok(())
}

async fn index_registered(conn: &mut Conn, rows: &[&RegisteredFact]) -> Result<(), DbError> {
    if rows.is_empty() {
        return Ok(());
    }
    let words: Vec<Value> = column(rows, |row| json!(row.words));
    sqlx::query!(
        "insert into order_search as s (order_id, accepted_at, order_number, complaint_number, words)
         select distinct on (id) id, at, number, complaint, array(select jsonb_array_elements_text(words))
         from unnest($1::uuid[], $2::timestamptz[], $3::text[], $4::text[], $5::jsonb[])
             as t(id, at, number, complaint, words)
         order by id
         on conflict (order_id) do update set complaint_number = excluded.complaint_number, words = excluded.words
         where s.complaint_number is null",
        &column(rows, |row| row.order_id.uuid()),
        &column(rows, |row| row.accepted_at),
        &column(rows, |row| row.order_number.clone()),
        &column(rows, |row| row.complaint_number.clone()),
        &words
    )
    .execute(conn)
    .await?;
    Ok(())
}

fn led(row: &AssignedFact) -> Vec<String> {
    let unit = std::iter::once(search_words::unit(&row.unit));
    let matter = row.matter.iter().map(|matter| search_words::matter(matter));
    let divisions = row.divisions.iter().map(|code| search_words::division(code));
    unit.chain(matter).chain(divisions).collect()
}

async fn index_assigned(conn: &mut Conn, rows: &[&AssignedFact]) -> Result<(), DbError> {
    if rows.is_empty() {
        return Ok(());
    }
    let led: Vec<Value> = column(rows, |row| json!(led(row)));
    sqlx::query!(
        "insert into order_search as s (order_id, accepted_at, order_number, generation, led)
         select distinct on (id) id, at, number, generation, array(select jsonb_array_elements_text(led))
         from unnest($1::uuid[], $2::timestamptz[], $3::text[], $4::integer[], $5::jsonb[])
             as t(id, at, number, generation, led)
         order by id, generation desc
         on conflict (order_id) do update set generation = excluded.generation, led = excluded.led
         where s.generation < excluded.generation",
        &column(rows, |row| row.order_id.uuid()),
        &column(rows, |row| row.accepted_at),
        &column(rows, |row| row.order_number.clone()),
        &column(rows, |row| row.generation),
        &led
    )
    .execute(conn)
    .await?;
    Ok(())
}
