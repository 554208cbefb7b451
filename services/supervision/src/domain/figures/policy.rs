//! The city's rules of assessment: the policy document `scores`. Data; `config/scores.toml` is compiled in.
use crate::domain::figures::{ExclusionLimits, Figure};
use crate::domain::policies::{Document, Fault};
use contracts::words::SupervisionLevel;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The document.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScoresPolicy {
    /// w: what "basically satisfied" is worth, in percent of "satisfied".
    pub basically_percent: u8,
    /// Weight of each figure; figures without one do not enter the score. What has no sample gives its weight to the
    /// others.
    pub weights: BTreeMap<Figure, u32>,
    /// Fewer dispatches than this in a period: a unit is listed and not ranked.
    pub sample_min: u64,
    /// Deductions and bonuses.
    pub rules: Vec<Rule>,
    /// Deductions for supervision steps 督办: for each rung that was opened for a unit.
    #[serde(default)]
    pub steps: Vec<StepRule>,
    /// Who is ranked with whom; the first group that a unit belongs to.
    pub peers: Vec<PeerGroup>,
    /// Levels of divisions that figures "per district" mean.
    pub area_levels: Vec<String>,
    /// Limits of exclusions. They say nothing about scores, so a closed month does not keep them.
    #[serde(default, skip_serializing)]
    pub exclusions: ExclusionLimits,
    /// Reasons for exclusions 剔除, by code: others are refused.
    pub exclusion_reasons: BTreeMap<String, Words>,
    /// Orders of a unit that it pushed away although they were its own: so many propose it for referral.
    pub pushed_away_min: u32,
}

/// A text for people.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Words {
    /// English.
    pub en: String,
    /// 中文
    pub zh: String,
}

/// A deduction or a bonus: for everything that is counted for a figure with at least, or at most, so many points.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Stable code.
    pub code: String,
    /// What it is for.
    pub name: Words,
    /// Figure whose counted orders it looks at.
    pub figure: Figure,
    /// Applies to what has this many points or more.
    #[serde(default)]
    pub points_min: u8,
    /// Applies to what has this many points or less.
    #[serde(default = "all_points")]
    pub points_max: u8,
    /// Change of the score for each, in hundredths of a point: below zero a deduction, above a bonus.
    pub hundredths: i64,
    /// Most that the rule changes for one unit in one period, in hundredths of a point, without a sign.
    pub cap_hundredths: i64,
}

/// A deduction for every supervision order of a unit that was opened on, or raised to, one rung.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StepRule {
    /// Stable code; of no other rule.
    pub code: String,
    /// What it is for.
    pub name: Words,
    /// The rung.
    pub level: SupervisionLevel,
    /// Change of the score for each, in hundredths of a point: below zero a deduction.
    pub hundredths: i64,
    /// Most that the rule changes for one unit in one period, in hundredths of a point, without a sign.
    pub cap_hundredths: i64,
}

const fn all_points() -> u8 {
    100
}

/// Units that are compared with each other.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PeerGroup {
    /// Stable code.
    pub code: String,
    /// Its name.
    pub name: Words,
    /// Levels of units that belong to it.
    #[serde(default)]
    pub levels: Vec<String>,
    /// Units that belong to it whatever their level.
    #[serde(default)]
    pub units: Vec<String>,
}

/// The group of whoever belongs to no other.
pub const OTHERS: &str = "others";

impl Document for ScoresPolicy {
    const NAME: &'static str = "scores";
    const DEFAULT: &'static str = include_str!("../../../config/scores.toml");

    fn check(&self) -> Result<(), Fault> {
        let bad = |field: &str, why: &str| Err(Fault::new(field, why));
        if self.basically_percent > 100 {
            return bad("basically_percent", "at most 100");
        }
        if self.weights.values().all(|weight| *weight == 0) {
            return bad("weights", "at least one figure must weigh something");
        }
        if self.weights.contains_key(&Figure::Total) {
            return bad("weights.total", "the city's figure and no unit's");
        }
        let steps = self.steps.iter().map(|rule| rule.code.as_str());
        let mut codes: Vec<&str> = self
            .rules
            .iter()
            .map(|rule| rule.code.as_str())
            .chain(steps)
            .collect();
        codes.sort_unstable();
        if codes.windows(2).any(|pair| pair[0] == pair[1]) {
            return bad("rules", "a code occurs twice");
        }
        for (n, rule) in self.rules.iter().enumerate() {
            if rule.points_min > rule.points_max || rule.points_max > 100 {
                let field = format!("rules[{n}].points_min");
                return bad(&field, "0 <= points_min <= points_max <= 100");
            }
            if rule.cap_hundredths < 0 {
                return bad(&format!("rules[{n}].cap_hundredths"), "without a sign");
            }
        }
        for (n, rule) in self.steps.iter().enumerate() {
            if rule.cap_hundredths < 0 {
                return bad(&format!("steps[{n}].cap_hundredths"), "without a sign");
            }
        }
        if self
            .exclusions
            .share_percent_max
            .is_some_and(|percent| percent > 100)
        {
            return bad("exclusions.share_percent_max", "at most 100");
        }
        if self.exclusions.review_hours == 0 {
            return bad("exclusions.review_hours", "at least 1");
        }
        if self.peers.iter().any(|group| group.code == OTHERS) {
            return bad("peers", "others is the group of whoever belongs to no other");
        }
        Ok(())
    }
}

impl ScoresPolicy {
    /// What the rule of a code is for.
    #[must_use]
    pub fn name_of(&self, code: &str) -> Option<&Words> {
        let rule = self.rules.iter().find(|rule| rule.code == code);
        let step = || self.steps.iter().find(|rule| rule.code == code);
        rule.map(|rule| &rule.name)
            .or_else(|| step().map(|rule| &rule.name))
    }

    /// The group of a unit.
    #[must_use]
    pub fn group_of(&self, unit: &str, level: Option<&str>) -> &str {
        let named = self
            .peers
            .iter()
            .find(|g| g.units.iter().any(|code| code == unit));
        let of_level = || {
            let level = level?;
            self.peers
                .iter()
                .find(|g| g.levels.iter().any(|known| known == level))
        };
        named
            .or_else(of_level)
            .map_or(OTHERS, |group| group.code.as_str())
    }
}
