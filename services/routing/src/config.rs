//! Section `[service]`.
use crate::domain::text::{Lexicon, Thresholds};
use crate::usecases::publish_directory::Alone;
use serde::Deserialize;

/// Settings of routing; see `config/default.toml` for units and reasons.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RoutingConfig {
    /// Local time of the city as seconds east of UTC.
    pub utc_offset_secs: i32,
    /// Wait between two looks for a new directory version.
    pub refresh_ms: u64,
    /// A dispatcher's hold on an order of the manual queue.
    pub claim_mins: u32,
    /// Most questions in one request.
    pub decisions_max: usize,
    /// Largest request with questions.
    pub decisions_max_bytes: usize,
    /// Largest request with a directory.
    pub pack_max_bytes: usize,
    /// Uploads of packs at the same time.
    pub uploads_max: usize,
    /// Longest reason of a dispatcher.
    pub reason_chars_max: usize,
    /// Longest minutes of a consultation.
    pub minutes_chars_max: usize,
    /// Who writes a draft of the directory may not publish it.
    pub two_person_rule: bool,
    /// The first version may be published by one person all the same.
    pub first_version_alone: bool,
    /// Longest span of a preview.
    pub preview_days_max: u32,
    /// Orders that one request for a preview asks again.
    pub preview_orders_max: usize,
    /// Changes that one request for a preview lists.
    pub preview_changes_max: usize,
    /// Reading texts.
    pub text: TextConfig,
}

/// Section `[service.text]`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TextConfig {
    /// Wait between two looks for newly decided orders.
    pub refresh_ms: u64,
    /// Newest decided orders that are learned from.
    pub examples_max: u32,
    /// So much of a text is read.
    pub chars_max: usize,
    /// From which confidence on something happens without a person.
    pub thresholds: Thresholds,
    /// Word lists.
    pub lexicon: Lexicon,
}

impl TextConfig {
    fn check(&self) -> Result<(), String> {
        let limits = &self.thresholds;
        for (name, value) in [
            ("route", limits.route),
            ("scope", limits.scope),
            ("scope_with_danger", limits.scope_with_danger),
            ("answer", limits.answer),
            ("answer_without_place", limits.answer_without_place),
        ] {
            if !(0.0..=1.0).contains(&value) {
                return Err(format!("service.text.thresholds.{name} must be between 0 and 1"));
            }
        }
        if self.refresh_ms == 0 || self.chars_max == 0 || self.examples_max == 0 {
            return Err("service.text: refresh_ms, examples_max and chars_max must be at least 1".to_owned());
        }
        self.lexicon
            .check()
            .map_err(|problem| format!("service.text.lexicon: {problem}"))
    }
}

impl RoutingConfig {
    /// Checks what serde cannot.
    ///
    /// # Errors
    /// Names the field.
    pub fn check(&self) -> Result<(), String> {
        if chrono::FixedOffset::east_opt(self.utc_offset_secs).is_none() {
            return Err("service.utc_offset_secs is no offset from UTC".to_owned());
        }
        if self.refresh_ms == 0
            || self.claim_mins == 0
            || self.decisions_max == 0
            || self.uploads_max == 0
            || self.reason_chars_max == 0
            || self.minutes_chars_max == 0
        {
            return Err(
                "service: refresh_ms, claim_mins, decisions_max, uploads_max, reason_chars_max and minutes_chars_max must be at least 1"
                    .to_owned(),
            );
        }
        if self.preview_orders_max == 0 || self.preview_changes_max == 0 {
            return Err("service: preview_orders_max and preview_changes_max must be at least 1".to_owned());
        }
        self.text.check()
    }

    /// When one person may publish a version.
    #[must_use]
    pub const fn alone(&self) -> Alone {
        match (self.two_person_rule, self.first_version_alone) {
            (false, _) => Alone::Always,
            (true, true) => Alone::FirstVersion,
            (true, false) => Alone::Never,
        }
    }
}

/// How texts are read by the settings as they are shipped.
#[cfg(test)]
pub fn shipped() -> TextConfig {
    runtime::settings::load::<crate::app::Routing>(None, &[])
        .expect("the settings that are shipped load")
        .service
        .text
}

#[cfg(test)]
mod tests {
    use crate::app::Routing;
    use runtime::settings;

    fn load(key: &str, value: &str) -> Result<(), String> {
        let overrides = [(key.to_owned(), value.to_owned())];
        settings::load::<Routing>(None, &overrides)
            .map(drop)
            .map_err(|error| error.to_string())
    }

    #[test]
    fn the_defaults_load_and_contradictions_are_named() {
        let settings = settings::load::<Routing>(None, &[]).unwrap();
        assert_eq!(
            (
                settings.service.claim_mins,
                settings.http.listen.port(),
                settings.ops.listen.port()
            ),
            (15, 8102, 9102)
        );
        assert!(
            load("service.claim_mins", "0")
                .unwrap_err()
                .contains("claim_mins")
        );
        assert!(
            load("service.utc_offset_secs", "999999")
                .unwrap_err()
                .contains("utc_offset_secs")
        );
        assert!(
            load("service.claim_minutes", "1")
                .unwrap_err()
                .contains("claim_minutes")
        );
    }
}
