//! Section `[service]`: when callers are called, how often, and how many rounds a unit gets.
use crate::domain::Policy;
use chrono::NaiveTime;
use serde::Deserialize;

/// Settings of callback; see `config/default.toml` for units and reasons.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CallbackConfig {
    /// Local time of the city as seconds east of UTC.
    pub utc_offset_secs: i32,
    /// First moment of the calling hours, local.
    pub call_from: NaiveTime,
    /// End of the calling hours, local, exclusive.
    pub call_to: NaiveTime,
    /// Wait between two attempts.
    pub attempt_gap_mins: u32,
    /// Attempts before a caller counts as unreachable.
    pub attempts_max: u32,
    /// Rework rounds before a "no" closes the order.
    pub rework_max: u32,
    /// Longest remark.
    pub remark_chars_max: usize,
}

impl CallbackConfig {
    /// Checks what serde cannot.
    ///
    /// # Errors
    /// Names the field.
    pub fn check(&self) -> Result<(), String> {
        if self.call_from >= self.call_to {
            return Err("service.call_from must be before service.call_to".to_owned());
        }
        if self.attempts_max == 0 {
            return Err("service.attempts_max must be at least 1".to_owned());
        }
        if chrono::FixedOffset::east_opt(self.utc_offset_secs).is_none() {
            return Err("service.utc_offset_secs is no offset from UTC".to_owned());
        }
        Ok(())
    }

    /// The rules of callback as the domain wants them.
    #[must_use]
    pub fn policy(&self) -> Policy {
        let count = |value: u32| i32::try_from(value).unwrap_or(i32::MAX);
        Policy {
            utc_offset_secs: self.utc_offset_secs,
            call_from: self.call_from,
            call_to: self.call_to,
            attempt_gap: chrono::TimeDelta::minutes(i64::from(self.attempt_gap_mins)),
            attempts_max: count(self.attempts_max),
            rework_max: count(self.rework_max),
        }
    }
}

#[cfg(test)]
mod tests {
    use runtime::settings;

    fn load(key: &str, value: &str) -> Result<(), String> {
        let overrides = [(key.to_owned(), value.to_owned())];
        settings::load::<crate::app::Callback>(None, &overrides)
            .map(|_| ())
            .map_err(|error| error.to_string())
    }

    #[test]
    fn the_defaults_load_and_contradictions_are_named() {
        let settings = settings::load::<crate::app::Callback>(None, &[]).unwrap();
        assert_eq!(
            (settings.service.attempts_max, settings.http.listen.port()),
            (3, 8104)
        );
        assert!(
            load("service.call_from", "22:00:00")
                .unwrap_err()
                .contains("call_from")
        );
        assert!(
            load("service.attempts_max", "0")
                .unwrap_err()
                .contains("attempts_max")
        );
        assert!(load("service.attempts", "1").unwrap_err().contains("attempts"));
    }
}
