//! A rung as it was opened: its terms are those of the ladder that held then, and stay.
use super::Means;
use crate::domain::Order;
use crate::domain::policies::{Answer, Level, MetBy};
use chrono::{DateTime, Utc};
use contracts::words::SupervisionLevel;

/// An opened rung.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Rung {
    /// From when its limit counts: its opening, or the newest rejection of an answer.
    pub since: DateTime<Utc>,
    /// Its limit.
    pub answer: Answer,
    /// Code of the calendar the limit goes by: the unit's, without a unit the city's.
    pub calendar: String,
    /// When the limit is over.
    pub answer_until: DateTime<Utc>,
    /// What answers it.
    pub met_by: MetBy,
    /// Codes of what an answer must bring.
    pub evidence: Vec<String>,
}

impl Rung {
    /// Opens a rung of the ladder now.
    ///
    /// # Errors
    /// When the calendar is not here yet, or gives no time.
    pub fn open(level: &Level, order: &Order, means: &Means<'_>) -> Result<Self, String> {
        let lead = order.lead();
        let calendar = lead.map_or(&means.policy.city_calendar, |lead| &lead.terms.calendar);
        let mut rung = Self {
            since: means.now,
            answer: level.answer,
            calendar: calendar.clone(),
            answer_until: means.now,
            met_by: level.met_by,
            evidence: level.evidence.clone(),
        };
        rung.set(order, means)?;
        Ok(rung)
    }

    /// The limit counts anew from now.
    ///
    /// # Errors
    /// As [`Rung::open`].
    pub fn again(&mut self, order: &Order, means: &Means<'_>) -> Result<(), String> {
        self.since = means.now;
        self.set(order, means)
    }

    /// Sets the due time as the newest calendar and the suspensions of the order give it.
    ///
    /// # Errors
    /// As [`Rung::open`].
    pub fn set(&mut self, order: &Order, means: &Means<'_>) -> Result<(), String> {
        let (_, calendar) = means
            .calendars
            .newest(&self.calendar)
            .ok_or_else(|| format!("calendar {} has not been published", self.calendar))?;
        let pauses = order.grants.pauses_of(order.generation(), None);
        let due = worktime::due_suspended(calendar, &self.answer.limit(), self.since, &pauses);
        self.answer_until = due
            .map_err(|error| format!("calendar {}: {error}", self.calendar))?
            .at;
        Ok(())
    }
}

/// How high a level stands: 1 to 7.
#[must_use]
pub fn height(level: SupervisionLevel) -> i16 {
    let at = SupervisionLevel::ALL.iter().position(|known| *known == level);
    at.and_then(|at| i16::try_from(at + 1).ok()).unwrap_or(0)
}

/// The level of a height.
#[must_use]
pub fn from_height(height: i16) -> Option<SupervisionLevel> {
    let at = usize::try_from(height).ok()?.checked_sub(1)?;
    SupervisionLevel::ALL.get(at).copied()
}
