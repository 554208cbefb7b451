//! Closes a month that somebody asked for: its cases and the steps of supervision are frozen, scored as they were frozen with
//! the policy of the moment, and every unit whose score is another than before is told. A correction is the same with the next
//! revision: frozen is what has become different.
use super::lines::lines;
use super::read::score;
use crate::domain::figures::{Names, Period, ScoresPolicy};
use crate::events;
use crate::store::cases::{self, Cases};
use crate::store::pushed_steps;
use crate::store::reading::one_moment;
use crate::store::scores::{self, ClosingRow, LineRow, RevisionRow};
use bus::Fact;
use chrono::{DateTime, FixedOffset, Utc};
use contracts::cause::{Asked, Cause};
use db::{Conn, Db, DbError, ExecuteError, Results, Work};
use std::collections::BTreeMap;
use std::convert::Infallible;
use std::sync::Arc;

/// The use case.
#[derive(Clone, Debug)]
pub struct ClosePeriod {
    /// Names and levels.
    pub names: Arc<Names>,
    /// The rules of now.
    pub policy: Arc<ScoresPolicy>,
    /// Local time of the city.
    pub offset: FixedOffset,
}

/// What was done; `None` when nobody asked.
pub type Closed = Option<RevisionRow>;

impl Work for ClosePeriod {
    const NAME: &'static str = "close_period";
    type Command = ();
    type Output = Closed;
    type Refusal = Infallible;

    async fn apply(
        &self,
        conn: &mut Conn,
        now: DateTime<Utc>,
        commands: &[Asked<()>],
    ) -> Result<Results<Self>, DbError> {
        // What is frozen is what one moment knew.
        one_moment(conn).await?;
        let mut results = Vec::with_capacity(commands.len());
        for Asked { cause, .. } in commands {
            results.push(Ok(match scores::take(conn).await? {
                Some(asked) => self.close(conn, now, &asked, cause).await?,
                None => None,
            }));
        }
        Ok(results)
    }
}

impl ClosePeriod {
    async fn close(
        &self,
        conn: &mut Conn,
        now: DateTime<Utc>,
        asked: &ClosingRow,
        cause: &Cause,
    ) -> Result<Closed, DbError> {
        let Ok(period) = Period::month(&asked.period) else {
            return Ok(None);
        };
        let span = period.span(self.offset);
        let before = scores::revisions(conn, &asked.period).await?;
        let before = before.first().map(|row| row.revision);
        let revision = before.unwrap_or(0) + 1;
        let old = match before {
            Some(revision) => scores::lines(conn, &asked.period, revision).await?,
            None => Vec::new(),
        };
        let frozen = cases::freeze(conn, &asked.period, revision, span).await?;
        let steps = pushed_steps::of_span(conn, span, now, None).await?;
        pushed_steps::freeze(conn, &asked.period, revision, &steps).await?;
        let cases = Cases::of_revision(&asked.period, revision, None);
        let units = score(conn, cases, &steps, &self.policy, (span, now)).await?;
        let new = lines(&units, &self.names, &self.policy);
        let row = RevisionRow {
            period: asked.period.clone(),
            revision,
            span_from: span.from,
            span_to: span.to,
            known_at: now,
            policy: serde_json::to_value(&*self.policy).unwrap_or_default(),
            cases: frozen,
            closed_by: asked.requested_by.clone(),
            reason: asked.reason.clone(),
        };
        scores::insert(conn, &row, &new).await?;
        let cause = Cause {
            actor: asked.requested_by.clone(),
            ..cause.clone()
        };
        bus::outbox::append(conn, &changed(&row, &old, &new, now, &cause)).await?;
        Ok(Some(row))
    }
}

/// A fact for every unit whose score is another than before.
fn changed(
    row: &RevisionRow,
    old: &[LineRow],
    new: &[LineRow],
    now: DateTime<Utc>,
    cause: &Cause,
) -> Vec<Fact> {
    let mut both: BTreeMap<&str, (Option<&LineRow>, Option<&LineRow>)> = BTreeMap::new();
    for line in old {
        both.entry(&line.unit).or_default().0 = Some(line);
    }
    for line in new {
        both.entry(&line.unit).or_default().1 = Some(line);
    }
    let score = |line: Option<&LineRow>| line.and_then(|line| line.hundredths);
    both.into_iter()
        .filter(|(_, (old, new))| old.is_none() || score(*old) != score(*new))
        .map(|(unit, (old, new))| {
            let about = (row.period.as_str(), row.revision, row.reason.as_str());
            events::score_changed(about, unit, (score(old), score(new)), now, cause)
        })
        .collect()
}

/// Closes the month that waits for the longest time, in a transaction of its own.
///
/// # Errors
/// When the database fails.
pub async fn close_next(db: &Db, work: &ClosePeriod) -> Result<Closed, ExecuteError<Infallible>> {
    let cause = Cause::asked_by(events::CLOCK_ACTOR, telemetry::propagation::current_traceparent());
    db.execute(work, Asked { cause, command: () }).await
}
