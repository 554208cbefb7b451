//! What the sandbox unit does when.
use anyhow::Context as _;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use std::time::Duration;

/// One step.
#[derive(Clone, PartialEq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// `sign`, `respond`, `progress`, `reply`, …
    pub verb: String,
    /// Seconds after the step before.
    #[serde(default)]
    pub after_secs: f64,
    /// The body, without order and generation; when absent, one that is accepted.
    #[serde(default)]
    pub body: Option<Map<String, Value>>,
}

/// The steps for every order that the unit leads.
#[derive(Clone, PartialEq, Debug)]
pub struct Script {
    /// In this order.
    pub steps: Vec<Step>,
}

impl Script {
    /// From JSON.
    ///
    /// # Errors
    /// Says what is wrong with it.
    pub fn read(text: &str) -> anyhow::Result<Self> {
        let steps: Vec<Step> = serde_json::from_str(text).context("the script")?;
        for step in &steps {
            anyhow::ensure!(
                (0.0..=86_400.0).contains(&step.after_secs),
                "the script: after_secs of {} is not from 0 to 86400",
                step.verb
            );
        }
        Ok(Self { steps })
    }
}

impl Default for Script {
    fn default() -> Self {
        let step = |verb: &str, after_secs| Step {
            verb: verb.to_owned(),
            after_secs,
            body: None,
        };
        Self {
            steps: vec![step("sign", 0.0), step("respond", 2.0), step("reply", 5.0)],
        }
    }
}

impl Step {
    /// How long before it.
    #[must_use]
    pub fn wait(&self) -> Duration {
        Duration::from_secs_f64(self.after_secs)
    }

    /// What it says, without order and generation.
    #[must_use]
    pub fn said(&self) -> Map<String, Value> {
        if let Some(body) = &self.body {
            return body.clone();
        }
        let usual = match self.verb.as_str() {
            "respond" => json!({ "how": "called" }),
            "progress" => json!({ "note": "正在处理" }),
            "parts" => json!({ "done": true, "text": "已处理完毕" }),
            "reply" => json!({ "solved": true, "contacted": true, "text": "已处理完毕" }),
            _ => json!({}),
        };
        usual.as_object().cloned().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_script_is_read_and_what_is_wrong_is_named() {
        let script =
            Script::read(r#"[{"verb":"sign"},{"verb":"reply","after_secs":0.5,"body":{"solved":false}}]"#);
        let steps = script.expect("a script").steps;
        assert_eq!(steps[0].wait(), Duration::ZERO);
        assert_eq!(steps[1].said()["solved"], false);
        for (bad, why) in [
            (r#"[{"verb":"sign","after_secs":-1}]"#, "after_secs of sign"),
            (r#"[{"verb":"sign","when":1}]"#, "unknown field `when`"),
        ] {
            let error = Script::read(bad).expect_err("refused");
            assert!(format!("{error:#}").contains(why), "{error:#}");
        }
    }
}
