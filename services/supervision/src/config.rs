//! Section `[service]`: default limits, warnings, and the pace of the timers.
use crate::domain::Policy;
use contracts::terms::{Limit, LimitUnit, StartRule};
use serde::Deserialize;

/// Settings of supervision; see `config/default.toml` for units and reasons.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SupervisionConfig {
    /// Local time of the city as seconds east of UTC.
    pub utc_offset_secs: i32,
    /// Calendar of the total clock before the first assignment.
    pub city_calendar: String,
    /// Total limit before the first assignment, ordinary.
    pub total_ordinary_working_days: u32,
    /// The same, urgent.
    pub total_urgent_working_days: u32,
    /// The same, emergency.
    pub total_emergency_hours: u32,
    /// Yellow so long before red.
    pub warn_working_days: u32,
    /// Yellow of shorter limits, as a share of their time.
    pub warn_short_percent: u32,
    /// Pause when no timer was due.
    pub fire_every_ms: u64,
    /// Timers in one transaction.
    pub fire_chunk_max: u32,
    /// Storm brake: so many due at once at least,
    pub storm_due_min: u32,
    /// and more than this share of all that are armed.
    pub storm_percent: u32,
    /// Pause when no order waited for a calendar.
    pub arm_every_ms: u64,
    /// Orders in one transaction.
    pub arm_chunk_max: u32,
    /// Reads of whole periods at the same time.
    pub readings_max: u32,
}

impl SupervisionConfig {
    /// Checks what serde cannot.
    ///
    /// # Errors
    /// Names the field.
    pub fn check(&self) -> Result<(), String> {
        for (name, value) in [
            ("total_ordinary_working_days", self.total_ordinary_working_days),
            ("total_urgent_working_days", self.total_urgent_working_days),
            ("total_emergency_hours", self.total_emergency_hours),
            ("fire_chunk_max", self.fire_chunk_max),
            ("storm_due_min", self.storm_due_min),
            ("storm_percent", self.storm_percent),
            ("arm_chunk_max", self.arm_chunk_max),
            ("readings_max", self.readings_max),
        ] {
            if value == 0 {
                return Err(format!("service.{name} must be at least 1"));
            }
        }
        if !(1..=100).contains(&self.warn_short_percent) {
            return Err("service.warn_short_percent must be 1 to 100".to_owned());
        }
        if chrono::FixedOffset::east_opt(self.utc_offset_secs).is_none() {
            return Err("service.utc_offset_secs is no offset from UTC".to_owned());
        }
        Ok(())
    }

    /// The rules of supervision as the domain wants them.
    pub(crate) fn policy(&self) -> Policy {
        let total = |amount, unit| Limit {
            amount,
            unit,
            start: StartRule::Acceptance,
        };
        Policy {
            city_calendar: self.city_calendar.clone(),
            total_ordinary: total(self.total_ordinary_working_days, LimitUnit::WorkingDays),
            total_urgent: total(self.total_urgent_working_days, LimitUnit::WorkingDays),
            total_emergency: total(self.total_emergency_hours, LimitUnit::Hours),
            warn_working_days: self.warn_working_days,
            warn_short_percent: self.warn_short_percent,
        }
    }
}

#[cfg(test)]
mod tests {
    use runtime::settings;

    #[test]
    fn the_defaults_load_and_contradictions_are_named() {
        let settings = settings::load::<crate::app::Supervision>(None, &[]).unwrap();
        assert_eq!(
            (settings.service.fire_chunk_max, settings.http.listen.port()),
            (500, 8105)
        );
        for (key, value) in [
            ("service.fire_chunk_max", "0"),
            ("service.warn_short_percent", "101"),
            ("service.colour", "1"),
        ] {
            let overrides = [(key.to_owned(), value.to_owned())];
            let error = settings::load::<crate::app::Supervision>(None, &overrides)
                .unwrap_err()
                .to_string();
            assert!(error.contains(key.rsplit('.').next().unwrap()), "{error}");
        }
    }
}
