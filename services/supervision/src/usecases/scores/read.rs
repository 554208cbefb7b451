//! Scores of a month as people look at them, and the proof that a closed month gives what it gave.
use super::lines::lines;
use crate::domain::figures::{Entry, Names, Period, PushedStep, Scorer, ScoresPolicy, Span, UnitScore};
use crate::store::cases::Cases;
use crate::store::pushed_steps;
use crate::store::reading::Readings;
use crate::store::scores::{self as store, LineRow, RevisionRow};
use chrono::{DateTime, FixedOffset, Utc};
use db::{Conn, DbError};
use std::collections::BTreeMap;

/// Scores of a month.
#[derive(Clone, PartialEq, Debug)]
pub struct Scores {
    /// The revision; `None` = the month is open, these are the figures of now.
    pub revision: Option<RevisionRow>,
    /// How many revisions there are.
    pub revisions: Vec<RevisionRow>,
    /// A closing or a correction waits for its turn.
    pub waits: bool,
    /// Rules that were applied.
    pub policy: ScoresPolicy,
    /// Units, by code.
    pub lines: Vec<LineRow>,
}

fn applied(row: &RevisionRow) -> Result<ScoresPolicy, DbError> {
    let policy = serde_json::from_value(row.policy.clone());
    policy.map_err(|error| DbError::inconsistent("score_revisions", "policy", &row.period, &error))
}

/// Scores of a month: of a revision, the newest when none is named; live while there is none. `None` when the revision
/// named is not there.
///
/// # Errors
/// When the database fails.
pub async fn scores(
    readings: &Readings,
    now: DateTime<Utc>,
    (names, policy): (&Names, &ScoresPolicy),
    (period, offset): (Period, FixedOffset),
    revision: Option<i32>,
) -> Result<Option<Scores>, DbError> {
    let name = period.from.format("%Y-%m").to_string();
    let mut conn = readings.pool().acquire().await?;
    let revisions = store::revisions(&mut conn, &name).await?;
    let waits = store::waits(&mut conn, &name).await?;
    let row = match revision {
        Some(wanted) => revisions.iter().find(|row| row.revision == wanted),
        None => revisions.first(),
    };
    if let Some(row) = row {
        let lines = store::lines(&mut conn, &name, row.revision).await?;
        return Ok(Some(Scores {
            policy: applied(row)?,
            revision: Some(row.clone()),
            revisions: revisions.clone(),
            waits,
            lines,
        }));
    }
    if revision.is_some() {
        return Ok(None);
    }
    drop(conn);
    let mut reading = readings.begin().await?;
    let (conn, span) = (&mut *reading, period.span(offset));
    let steps = pushed_steps::of_span(conn, span, now, None).await?;
    let live = Cases::of_span(conn, span, None).await?;
    let units = score(conn, live, &steps, policy, (span, now)).await?;
    Ok(Some(Scores {
        revision: None,
        revisions,
        waits,
        policy: policy.clone(),
        lines: lines(&units, names, policy),
    }))
}

/// Scores of units by cases and steps. A closing and every later check of it count with this.
pub(super) async fn score(
    conn: &mut Conn,
    cases: Cases,
    steps: &[PushedStep],
    policy: &ScoresPolicy,
    (span, now): (Span, DateTime<Utc>),
) -> Result<BTreeMap<String, UnitScore>, DbError> {
    let mut scorer = Scorer::new(policy, span, now);
    cases.each(conn, |case| scorer.add(&case)).await?;
    for step in steps {
        scorer.add_step(step);
    }
    Ok(scorer.finish())
}

/// Deductions and bonuses of a unit in a month, oldest first; of the same revision and rules as [`scores`].
///
/// # Errors
/// When the database fails.
pub async fn entries(
    readings: &Readings,
    now: DateTime<Utc>,
    scores: &Scores,
    (period, offset): (Period, FixedOffset),
    unit: &str,
) -> Result<Vec<Entry>, DbError> {
    let span = period.span(offset);
    let mut reading = readings.begin().await?;
    let conn = &mut *reading;
    let units = match &scores.revision {
        Some(row) => {
            let steps = pushed_steps::of_revision(conn, &row.period, row.revision, Some(unit)).await?;
            let frozen = Cases::of_revision(&row.period, row.revision, Some(unit));
            score(conn, frozen, &steps, &scores.policy, (row.span(), row.known_at)).await?
        }
        None => {
            let steps = pushed_steps::of_span(conn, span, now, Some(unit)).await?;
            let live = Cases::of_span(conn, span, Some(unit)).await?;
            score(conn, live, &steps, &scores.policy, (span, now)).await?
        }
    };
    Ok(units
        .get(unit)
        .map(|unit| unit.entries.clone())
        .unwrap_or_default())
}

/// Recomputes a closed month from its frozen cases, steps and rules. Answers the units whose score is not the one that was
/// published; empty is what everybody expects.
///
/// # Errors
/// When the database fails.
pub async fn check(
    readings: &Readings,
    scores: &Scores,
) -> Result<Vec<(String, Option<i64>, Option<i64>)>, DbError> {
    let Some(row) = &scores.revision else {
        return Ok(Vec::new());
    };
    let mut reading = readings.begin().await?;
    let conn = &mut *reading;
    let steps = pushed_steps::of_revision(conn, &row.period, row.revision, None).await?;
    let frozen = Cases::of_revision(&row.period, row.revision, None);
    let units = score(conn, frozen, &steps, &scores.policy, (row.span(), row.known_at)).await?;
    let mut both: BTreeMap<&str, (Option<i64>, Option<i64>)> = BTreeMap::new();
    for line in &scores.lines {
        both.entry(&line.unit).or_default().0 = line.hundredths;
    }
    for (code, unit) in &units {
        both.entry(code).or_default().1 = unit.hundredths();
    }
    let different = both.into_iter().filter(|(_, (then, now))| then != now);
    Ok(different
        .map(|(unit, (then, now))| (unit.to_owned(), then, now))
        .collect())
}
