//! One assignment of an order with everything figures are counted from. What is frozen when a period is closed.
use crate::domain::figures::Figure;
use chrono::{DateTime, Utc};
use contracts::words::{ClockName, Satisfaction};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// What figures are counted from: an order under one generation of its assignment; generation 0 is the order as the
/// city's, with its total clock.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Case {
    /// The order.
    pub order_id: Uuid,
    /// Its number.
    pub order_number: String,
    /// Generation of the assignment; 0 = the city's part.
    pub generation: i32,
    /// Lead unit; none for generation 0.
    pub unit: Option<String>,
    /// Its name then.
    pub unit_name: Option<String>,
    /// 事项.
    pub matter: Option<String>,
    /// Chain of divisions, finest first.
    pub divisions: Vec<String>,
    /// 诉求类型.
    pub kind: Option<String>,
    /// 渠道.
    pub channel: Option<String>,
    /// Dispatch.
    pub assigned_at: Option<DateTime<Utc>>,
    /// Its clocks.
    pub dues: Vec<Due>,
    /// Limits as they were before an extension, oldest first.
    #[serde(default)]
    pub moved: Vec<Moved>,
    /// Its valid callbacks, oldest first.
    pub callbacks: Vec<Callback>,
    /// What happened to it beside.
    pub incidents: Vec<Incident>,
    /// Approved exclusions.
    pub exclusions: Vec<Exclusion>,
}

/// A clock.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Due {
    /// Which.
    pub clock: ClockName,
    /// Rework round.
    pub rework: i32,
    /// Its limit.
    pub due_at: DateTime<Utc>,
    /// When what it waits for happened.
    pub met_at: Option<DateTime<Utc>>,
    /// When it stopped to matter.
    pub cancelled_at: Option<DateTime<Utc>>,
}

/// A limit that an extension moved.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Moved {
    /// Which clock.
    pub clock: ClockName,
    /// Rework round.
    pub rework: i32,
    /// The limit before.
    pub due_at: DateTime<Utc>,
    /// Until when that was the limit.
    pub until: DateTime<Utc>,
}

/// A valid callback.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Callback {
    /// The task.
    pub callback_id: Uuid,
    /// The round it asked about.
    pub rework: i32,
    /// It is solved.
    pub solved: bool,
    /// With the result.
    pub result: Satisfaction,
    /// With the attitude.
    pub attitude: Satisfaction,
    /// When.
    pub at: DateTime<Utc>,
    /// The judgement or appeal by which the answer counts in no figure, and since when.
    pub void: Option<Void>,
}

/// Why an answer counts in no figure.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Void {
    /// The judgement or the appeal.
    pub ref_id: Uuid,
    /// Since when.
    pub at: DateTime<Utc>,
}

/// A return, a denied claim or a rework.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Incident {
    /// Word of the kind.
    pub what: String,
    /// Reworked: the new round.
    pub round: Option<i32>,
    /// Return request, or callback.
    pub ref_id: Option<Uuid>,
    /// When.
    pub at: DateTime<Utc>,
}

/// An approved exclusion 剔除.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Exclusion {
    /// The request.
    pub exclusion_id: Uuid,
    /// Figures the case is left out of; empty = all.
    pub figures: Vec<Figure>,
    /// When it was approved.
    pub approved_at: DateTime<Utc>,
}

impl Case {
    /// What was known of it at a moment: later facts are left out.
    #[must_use]
    pub fn known_at(mut self, moment: DateTime<Utc>) -> Self {
        for due in &mut self.dues {
            let own = |moved: &&Moved| (moved.clock, moved.rework) == (due.clock, due.rework);
            if let Some(then) = self.moved.iter().filter(own).find(|moved| moved.until > moment) {
                due.due_at = then.due_at;
            }
            due.met_at = due.met_at.filter(|at| *at <= moment);
            due.cancelled_at = due.cancelled_at.filter(|at| *at <= moment);
        }
        self.moved.retain(|moved| moved.until <= moment);
        self.callbacks.retain(|callback| callback.at <= moment);
        for callback in &mut self.callbacks {
            callback.void = callback.void.filter(|void| void.at <= moment);
        }
        self.incidents.retain(|incident| incident.at <= moment);
        self.exclusions
            .retain(|exclusion| exclusion.approved_at <= moment);
        self
    }

    /// The exclusion that leaves the case out of a figure.
    #[must_use]
    pub fn excluded(&self, figure: Figure) -> Option<Uuid> {
        let covers = |e: &&Exclusion| e.figures.is_empty() || e.figures.contains(&figure);
        self.exclusions.iter().find(covers).map(|e| e.exclusion_id)
    }

    /// True when something of this kind happened to it.
    #[must_use]
    pub fn happened(&self, what: &str) -> bool {
        self.incidents.iter().any(|incident| incident.what == what)
    }
}
