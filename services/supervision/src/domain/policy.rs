//! Default limits and warnings. Made from the configuration.
use contracts::terms::Limit;
use contracts::words::Urgency;

/// The rules that a city sets.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Policy {
    /// Calendar of the total clock before the first assignment.
    pub city_calendar: String,
    /// Total limit before the first assignment, ordinary.
    pub total_ordinary: Limit,
    /// The same, urgent.
    pub total_urgent: Limit,
    /// The same, emergency.
    pub total_emergency: Limit,
    /// Yellow so many working days before red.
    pub warn_working_days: u32,
    /// Yellow of a limit that is too short for that: at this share of its time.
    pub warn_short_percent: u32,
}

impl Policy {
    /// The city's promise to the caller while no assignment has named another.
    #[must_use]
    pub const fn default_total(&self, urgency: Option<Urgency>) -> Limit {
        match urgency {
            Some(Urgency::Emergency) => self.total_emergency,
            Some(Urgency::Urgent) => self.total_urgent,
            Some(Urgency::Ordinary) | None => self.total_ordinary,
        }
    }
}
