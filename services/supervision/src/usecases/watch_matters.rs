//! Counts the matters of this hour and the one before by area, and says which stand out from their own history.
use crate::domain::emerging::{EmergingPolicy, Surge, surge};
use crate::domain::figures::{Names, ScoresPolicy};
use crate::events;
use crate::store::emerging::{self, AlertRow, HourRow};
use chrono::{DateTime, DurationRound, TimeDelta, Utc};
use contracts::cause::{Asked, Cause};
use db::{Conn, Db, DbError, ExecuteError, Results, Work};
use std::collections::BTreeMap;
use std::convert::Infallible;
use std::sync::Arc;
use uuid::Uuid;

/// The use case; answers how many new alerts there are.
#[derive(Clone, Debug)]
pub struct WatchMatters {
    /// Divisions with what stands above them.
    pub names: Arc<Names>,
    /// Levels of areas.
    pub scores: Arc<ScoresPolicy>,
    /// When a count stands out.
    pub policy: Arc<EmergingPolicy>,
}

type Series = (String, String);

impl Work for WatchMatters {
    const NAME: &'static str = "watch_matters";
    type Command = ();
    type Output = usize;
    type Refusal = Infallible;

    async fn apply(
        &self,
        conn: &mut Conn,
        now: DateTime<Utc>,
        commands: &[Asked<()>],
    ) -> Result<Results<Self>, DbError> {
        let mut results = Vec::with_capacity(commands.len());
        for Asked { cause, .. } in commands {
            // Another replica looks already: what it counts is the same.
            if !emerging::alone(conn).await? {
                results.push(Ok(0));
                continue;
            }
            let this = now.duration_trunc(TimeDelta::hours(1)).unwrap_or(now);
            let (first, last) = emerging::known(conn).await?;
            let Some(first) = first else {
                results.push(Ok(0));
                continue;
            };
            self.catch_up(conn, last, this).await?;
            // The hour before once more: some of its orders were heard, or classified, after it was over.
            let mut raised = 0;
            for hour in [this - TimeDelta::hours(1), this] {
                raised += self.hour(conn, (hour, first), (now, cause)).await?;
            }
            results.push(Ok(raised));
        }
        Ok(results)
    }
}

impl WatchMatters {
    /// Once in an hour: the day before anew, for facts that were heard late (an hour without NATS would make an ordinary one
    /// look like a surge tomorrow), and the hours in which nobody looked, as far back as history is wanted.
    async fn catch_up(
        &self,
        conn: &mut Conn,
        last: Option<DateTime<Utc>>,
        this: DateTime<Utc>,
    ) -> Result<(), DbError> {
        let far = this - TimeDelta::days(i64::from(self.policy.history_days));
        let missed = last.map_or(far, |last| last + TimeDelta::hours(1));
        if missed > this {
            return Ok(());
        }
        let mut hour = missed.min(this - TimeDelta::days(1)).max(far);
        while hour < this - TimeDelta::hours(1) {
            self.count(conn, hour).await?;
            hour += TimeDelta::hours(1);
        }
        Ok(())
    }

    async fn hour(
        &self,
        conn: &mut Conn,
        (hour, first): (DateTime<Utc>, DateTime<Utc>),
        (now, cause): (DateTime<Utc>, &Cause),
    ) -> Result<usize, DbError> {
        let (counts, all) = self.count(conn, hour).await?;
        let surges = self.surges(conn, (hour, first), &counts).await?;
        self.raise(conn, (hour, all), &surges, (now, cause)).await
    }

    /// Counts an hour and keeps the counts: by series, and of all orders.
    async fn count(
        &self,
        conn: &mut Conn,
        hour: DateTime<Utc>,
    ) -> Result<(BTreeMap<Series, u32>, i64), DbError> {
        let found = emerging::count(conn, hour, hour + TimeDelta::hours(1)).await?;
        let all: i64 = found.iter().map(|(.., count)| count).sum();
        let counts = self.by_area(found);
        let rows: Vec<HourRow> = counts
            .iter()
            .map(|((matter, area), orders)| HourRow {
                matter: matter.clone(),
                area: area.clone(),
                orders: i32::try_from(*orders).unwrap_or(i32::MAX),
            })
            .collect();
        emerging::keep(conn, hour, &rows).await?;
        Ok((counts, all))
    }

    fn by_area(&self, found: Vec<(String, Option<String>, i64)>) -> BTreeMap<Series, u32> {
        let mut counts: BTreeMap<Series, u32> = BTreeMap::new();
        for (matter, division, count) in found {
            let count = u32::try_from(count).unwrap_or(u32::MAX);
            let chain: Vec<String> = division.into_iter().collect();
            let area = self.names.area(&chain, &self.scores.area_levels);
            *counts.entry((matter.clone(), String::new())).or_default() += count;
            if let Some(area) = area {
                *counts.entry((matter, area)).or_default() += count;
            }
        }
        counts
    }

    /// What stands out; nothing before there is a history as long as the policy wants.
    async fn surges(
        &self,
        conn: &mut Conn,
        (hour, first): (DateTime<Utc>, DateTime<Utc>),
        counts: &BTreeMap<Series, u32>,
    ) -> Result<Vec<(Series, u32, Surge)>, DbError> {
        let enough = |orders: &u32| *orders >= self.policy.orders_min;
        let matters: Vec<String> = counts
            .iter()
            .filter(|(_, orders)| enough(orders))
            .map(|((matter, _), _)| matter.clone())
            .collect();
        let days = (self.policy.guard_days + 1)..=self.policy.history_days;
        let hours: Vec<DateTime<Utc>> = days.map(|day| hour - TimeDelta::days(i64::from(day))).collect();
        let whole = hours.iter().all(|hour| first < *hour + TimeDelta::hours(1));
        if matters.is_empty() || !whole {
            return Ok(Vec::new());
        }
        let mut history: BTreeMap<Series, Vec<u32>> = BTreeMap::new();
        for row in emerging::history(conn, &hours, &matters).await? {
            let orders = u32::try_from(row.orders).unwrap_or(0);
            history.entry((row.matter, row.area)).or_default().push(orders);
        }
        let judged = counts
            .iter()
            .filter(|(_, orders)| enough(orders))
            .filter_map(|(series, orders)| {
                let mut own = history.remove(series).unwrap_or_default();
                own.resize(hours.len(), 0);
                surge(&own, *orders, &self.policy).map(|surge| (series.clone(), *orders, surge))
            });
        Ok(judged.collect())
    }

    /// A series that stood out recently goes on; others are told.
    async fn raise(
        &self,
        conn: &mut Conn,
        (hour, all): (DateTime<Utc>, i64),
        surges: &[(Series, u32, Surge)],
        (now, cause): (DateTime<Utc>, &Cause),
    ) -> Result<usize, DbError> {
        if surges.is_empty() {
            return Ok(0);
        }
        let matters: Vec<String> = surges.iter().map(|((matter, _), ..)| matter.clone()).collect();
        let since = hour - TimeDelta::hours(i64::from(self.policy.quiet_hours));
        let recent = emerging::lock_recent(conn, &matters, since).await?;
        let (mut rows, mut facts) = (Vec::with_capacity(surges.len()), Vec::new());
        for ((matter, area), orders, surge) in surges {
            let known = recent
                .iter()
                .find(|row| row.matter == *matter && row.area == *area);
            let orders = i32::try_from(*orders).unwrap_or(i32::MAX);
            let seen = AlertRow {
                alert_id: known.map_or_else(Uuid::now_v7, |row| row.alert_id),
                matter: matter.clone(),
                area: area.clone(),
                first_hour: known.map_or(hour, |row| row.first_hour),
                last_hour: known.map_or(hour, |row| row.last_hour.max(hour)),
                raised_at: known.map_or(now, |row| row.raised_at),
                orders,
                expected: surge.expected,
                share: f64::from(orders) / all.max(1) as f64,
                p: surge.p,
            };
            if known.is_none() {
                facts.push(events::matter_emerged(&seen_as(&seen), now, cause));
            }
            // The hour that stood out most is what people read.
            let row = match known.filter(|row| row.p <= seen.p) {
                Some(row) => AlertRow {
                    last_hour: seen.last_hour,
                    ..row.clone()
                },
                None => seen,
            };
            rows.push(row);
        }
        emerging::upsert(conn, &rows).await?;
        bus::outbox::append(conn, &facts).await?;
        Ok(facts.len())
    }
}

fn seen_as(row: &AlertRow) -> events::Emerged<'_> {
    events::Emerged {
        alert_id: row.alert_id,
        matter: &row.matter,
        area: &row.area,
        hour: row.first_hour,
        orders: i64::from(row.orders),
        expected: row.expected,
        share: row.share,
    }
}

/// One look in a transaction of its own.
///
/// # Errors
/// When the database fails.
pub async fn look(db: &Db, work: &WatchMatters) -> Result<usize, ExecuteError<Infallible>> {
    let cause = Cause::asked_by(events::CLOCK_ACTOR, telemetry::propagation::current_traceparent());
    db.execute(work, Asked { cause, command: () }).await
}
