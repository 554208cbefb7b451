//! Cases as they are now, from the tables of facts.
use super::Key;
use crate::domain::figures::{Callback, Case, Due, Exclusion, Incident, Moved, Span, Void};
use chrono::{DateTime, Utc};
use contracts::words::ClockName;
use db::{Conn, DbError};
use std::collections::HashMap;
use uuid::Uuid;

/// Keys of all cases of which something was due, said or done in a span, by order and generation.
///
/// # Errors
/// When the database fails.
pub(super) async fn keys(conn: &mut Conn, span: Span, unit: Option<&str>) -> Result<Vec<Key>, DbError> {
    let rows = sqlx::query!(
        r#"select k.order_id as "order_id!", k.generation as "generation!" from (
               select order_id, generation from clocks where due_at >= $1 and due_at < $2
               union
               select order_id, generation from callback_facts where at >= $1 and at < $2
               union
               select order_id, generation from assignment_facts where assigned_at >= $1 and assigned_at < $2
               union
               select order_id, generation from extensions
               where state = 'granted' and due_before >= $1 and due_before < $2) as k
           where $3::text is null or exists (
               select from assignment_facts a
               where a.order_id = k.order_id and a.generation = k.generation and a.unit = $3)
           order by k.order_id, k.generation"#,
        span.from,
        span.to,
        unit
    )
    .fetch_all(conn)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| (row.order_id, row.generation))
        .collect())
}

/// Cases while their facts are gathered.
struct Gathered {
    cases: Vec<Case>,
    places: HashMap<Key, usize>,
    /// Orders whose caller took them back, or that another hotline accepted, and since when: their total clocks stopped.
    gone: HashMap<Uuid, Option<DateTime<Utc>>>,
}

impl Gathered {
    fn of(&mut self, key: Key) -> Option<&mut Case> {
        let place = *self.places.get(&key)?;
        self.cases.get_mut(place)
    }
}

/// Loads cases, in the order of their keys. A generation whose assignment has not come yet is none: it is counted when that
/// is there.
///
/// # Errors
/// When the database fails, or a row cannot be read.
pub(super) async fn load(conn: &mut Conn, keys: &[Key]) -> Result<Vec<Case>, DbError> {
    let (orders, generations): (Vec<Uuid>, Vec<i32>) = keys.iter().copied().unzip();
    let keys = (orders.as_slice(), generations.as_slice());
    let mut gathered = heads(conn, keys).await?;
    add_dues(conn, keys, &mut gathered).await?;
    add_moved(conn, keys, &mut gathered).await?;
    add_callbacks(conn, keys, &mut gathered).await?;
    add_incidents(conn, keys, &mut gathered).await?;
    add_exclusions(conn, keys, &mut gathered).await?;
    Ok(gathered.cases)
}

type Keys<'a> = (&'a [Uuid], &'a [i32]);

async fn heads(conn: &mut Conn, (orders, generations): Keys<'_>) -> Result<Gathered, DbError> {
    let rows = sqlx::query!(
        r#"select k.order_id as "order_id!", k.generation as "generation!", a.unit as "unit?", a.unit_name as "unit_name?",
                  coalesce(a.matter, o.matter) as matter, o.order_number,
                  coalesce(a.divisions, case when o.division is null then '{}' else array[o.division] end) as "divisions!",
                  o.kind as "kind?", o.channel as "channel?", a.assigned_at as "assigned_at?", o.closed_at as "closed_at?",
                  coalesce(o.outcome in ('withdrawn', 'transferred'), false) as "gone!"
           from unnest($1::uuid[], $2::integer[]) with ordinality as k (order_id, generation, n)
           left join assignment_facts a on a.order_id = k.order_id and a.generation = k.generation
           left join orders o on o.order_id = k.order_id
           where k.generation = 0 or a.unit is not null
           order by k.n"#,
        orders,
        generations
    )
    .fetch_all(conn)
    .await?;
    let mut gathered = Gathered {
        cases: Vec::with_capacity(rows.len()),
        places: HashMap::with_capacity(rows.len()),
        gone: HashMap::new(),
    };
    for row in rows {
        if row.gone {
            gathered.gone.insert(row.order_id, row.closed_at);
        }
        gathered
            .places
            .insert((row.order_id, row.generation), gathered.cases.len());
        gathered.cases.push(Case {
            order_id: row.order_id,
            order_number: row.order_number.unwrap_or_default(),
            generation: row.generation,
            unit: row.unit,
            unit_name: row.unit_name,
            matter: row.matter,
            divisions: row.divisions,
            kind: row.kind,
            channel: row.channel,
            assigned_at: row.assigned_at,
            dues: Vec::new(),
            moved: Vec::new(),
            callbacks: Vec::new(),
            incidents: Vec::new(),
            exclusions: Vec::new(),
        });
    }
    Ok(gathered)
}

/// Exclusions are approved records, so an order that left keeps in every rate what had been due before; what would have
/// fallen due later its clocks had stopped for. Its total clock stops too: such an order was not finished.
async fn add_dues(
    conn: &mut Conn,
    (orders, generations): Keys<'_>,
    gathered: &mut Gathered,
) -> Result<(), DbError> {
    let rows = sqlx::query!(
        "select c.order_id, c.generation, c.clock, c.rework, c.due_at, c.met_at, c.cancelled_at
         from unnest($1::uuid[], $2::integer[]) as k (order_id, generation)
         join clocks c on c.order_id = k.order_id and c.generation = k.generation
         order by c.clock, c.rework",
        orders,
        generations
    )
    .fetch_all(conn)
    .await?;
    for row in rows {
        let clock = name("clocks", row.order_id, &row.clock)?;
        let left = gathered.gone.get(&row.order_id).copied();
        let left = left.filter(|_| clock == ClockName::Total);
        if let Some(case) = gathered.of((row.order_id, row.generation)) {
            case.dues.push(Due {
                clock,
                rework: row.rework,
                due_at: row.due_at,
                met_at: row.met_at.filter(|_| left.is_none()),
                cancelled_at: left.unwrap_or(row.cancelled_at),
            });
        }
    }
    Ok(())
}

async fn add_moved(
    conn: &mut Conn,
    (orders, generations): Keys<'_>,
    gathered: &mut Gathered,
) -> Result<(), DbError> {
    let rows = sqlx::query!(
        r#"select e.order_id, e.generation, e.clock, e.rework, e.due_before as "due_at!", e.reviewed_at as "until!"
           from unnest($1::uuid[], $2::integer[]) as k (order_id, generation)
           join extensions e on e.order_id = k.order_id and e.generation = k.generation
           where e.state = 'granted' and e.due_before is not null
           order by e.reviewed_at, e.extension_id"#,
        orders,
        generations
    )
    .fetch_all(conn)
    .await?;
    for row in rows {
        let clock = name("extensions", row.order_id, &row.clock)?;
        if let Some(case) = gathered.of((row.order_id, row.generation)) {
            case.moved.push(Moved {
                clock,
                rework: row.rework,
                due_at: row.due_at,
                until: row.until,
            });
        }
    }
    Ok(())
}

async fn add_callbacks(
    conn: &mut Conn,
    (orders, generations): Keys<'_>,
    gathered: &mut Gathered,
) -> Result<(), DbError> {
    let rows = sqlx::query!(
        r#"select f.order_id, f.generation, f.callback_id, f.rework, f.solved, f.result, f.attitude, f.at,
                  v.ref_id as "void_by?", v.at as "void_at?"
           from unnest($1::uuid[], $2::integer[]) as k (order_id, generation)
           join callback_facts f on f.order_id = k.order_id and f.generation = k.generation
           left join void_answers v on v.callback_id = f.callback_id
           order by f.at, f.callback_id"#,
        orders,
        generations
    )
    .fetch_all(conn)
    .await?;
    for row in rows {
        let bad = |column, problem: &dyn std::fmt::Display| {
            DbError::inconsistent("callback_facts", column, &row.callback_id, problem)
        };
        let callback = Callback {
            callback_id: row.callback_id,
            rework: row.rework,
            solved: row.solved,
            result: row.result.parse().map_err(|error| bad("result", &error))?,
            attitude: row.attitude.parse().map_err(|error| bad("attitude", &error))?,
            at: row.at,
            void: row
                .void_by
                .zip(row.void_at)
                .map(|(ref_id, at)| Void { ref_id, at }),
        };
        if let Some(case) = gathered.of((row.order_id, row.generation)) {
            case.callbacks.push(callback);
        }
    }
    Ok(())
}

async fn add_incidents(
    conn: &mut Conn,
    (orders, generations): Keys<'_>,
    gathered: &mut Gathered,
) -> Result<(), DbError> {
    let rows = sqlx::query!(
        "select i.order_id, i.generation, i.what, i.round, i.ref_id, i.at
         from unnest($1::uuid[], $2::integer[]) as k (order_id, generation)
         join incident_facts i on i.order_id = k.order_id and i.generation = k.generation
         order by i.at, i.event_id",
        orders,
        generations
    )
    .fetch_all(conn)
    .await?;
    for row in rows {
        if let Some(case) = gathered.of((row.order_id, row.generation)) {
            case.incidents.push(Incident {
                what: row.what,
                round: row.round,
                ref_id: row.ref_id,
                at: row.at,
            });
        }
    }
    Ok(())
}

async fn add_exclusions(
    conn: &mut Conn,
    (orders, generations): Keys<'_>,
    gathered: &mut Gathered,
) -> Result<(), DbError> {
    let rows = sqlx::query!(
        r#"select k.order_id as "order_id!", k.generation as "generation!", e.exclusion_id, e.figures,
                  e.reviewed_at as "approved_at!"
           from unnest($1::uuid[], $2::integer[]) as k (order_id, generation)
           join exclusions e on e.order_id = k.order_id and e.state = 'granted'
               and (e.generation is null or e.generation = k.generation)
           order by e.reviewed_at, e.exclusion_id"#,
        orders,
        generations
    )
    .fetch_all(conn)
    .await?;
    for row in rows {
        let figures = row
            .figures
            .iter()
            .map(|word| word.parse())
            .collect::<Result<_, _>>();
        let figures = figures
            .map_err(|error| DbError::inconsistent("exclusions", "figures", &row.exclusion_id, &error))?;
        if let Some(case) = gathered.of((row.order_id, row.generation)) {
            case.exclusions.push(Exclusion {
                exclusion_id: row.exclusion_id,
                figures,
                approved_at: row.approved_at,
            });
        }
    }
    Ok(())
}

fn name(table: &'static str, order_id: Uuid, word: &str) -> Result<ClockName, DbError> {
    word.parse()
        .map_err(|error| DbError::inconsistent(table, "clock", &order_id, &error))
}
