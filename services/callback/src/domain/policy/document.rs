//! From the city's TOML document to [`Policies`]; whatever is wrong is refused with the field that is.
//!
//! A document names what differs from the compiled-in default, which has every field with its meaning.
use super::hours::{Calendars, CallingHours};
use super::{AfterRework, AskedBy, Attempting, Call, Fits, Policies, Policy, Rule, Unreachable};
use chrono::{NaiveDate, NaiveTime, TimeDelta};
use contracts::terms::{Limit, LimitUnit, StartRule};
use contracts::words::{CallbackWay, Channel, Kind, RaisedTo, Urgency};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::collections::BTreeMap;
use thiserror::Error;

/// Every field with its default and its meaning.
pub const DEFAULT_DOCUMENT: &str = include_str!("../../../config/policy.toml");

const ATTEMPTS_MAX: u32 = 20;
const GAP_MINS_MAX: u32 = 14 * 24 * 60;
const AMOUNT_MAX: u32 = 365;
const ROUNDS_MAX: u32 = 100;

/// What is wrong with a document.
#[derive(Clone, PartialEq, Eq, Debug, Error)]
#[error("{field}: {problem}")]
pub struct Fault {
    /// The field, e.g. `rules[2].steps[0].way`; the line where the document is no TOML.
    pub field: String,
    /// What it must be.
    pub problem: String,
}

#[derive(Clone, Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct Document {
    calling: Option<Calling>,
    default: Option<Part>,
    #[serde(default)]
    rules: Vec<toml::Table>,
}

#[derive(Clone, Deserialize, Default)]
#[serde(deny_unknown_fields)]
pub(super) struct Calling {
    pub(super) utc_offset_secs: Option<i32>,
    pub(super) hours: Option<Vec<Hours>>,
    pub(super) message_hours: Option<Vec<Hours>>,
    pub(super) days: Option<Vec<Day>>,
    together: Option<bool>,
}

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Hours {
    pub(super) weekdays: Vec<u8>,
    pub(super) from: NaiveTime,
    pub(super) to: NaiveTime,
    #[serde(default)]
    pub(super) on_holidays: bool,
}

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Day {
    pub(super) date: NaiveDate,
    pub(super) name: String,
    pub(super) off: bool,
}

#[derive(Clone, Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct Part {
    call: Option<CallWord>,
    share_percent: Option<u32>,
    asked_by: Option<AskedWord>,
    steps: Option<Vec<Step>>,
    unreachable: Option<UnreachableWord>,
    rework_max: Option<u32>,
    after_rework: Option<AfterWord>,
    rework_limit: Option<Amount>,
    appeal_window: Option<Amount>,
    tell_followers: Option<bool>,
}

/// What a rule says beside the fields of [`Part`].
#[derive(Clone, Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct Head {
    #[serde(default)]
    name: String,
    #[serde(default)]
    kinds: Vec<Kind>,
    #[serde(default)]
    channels: Vec<Channel>,
    #[serde(default)]
    urgencies: Vec<Urgency>,
    #[serde(default)]
    matters: Vec<String>,
    #[serde(default)]
    facts: BTreeMap<String, String>,
    calling_hours: Option<Vec<Hours>>,
}

const HEAD: [&str; 7] = [
    "name",
    "kinds",
    "channels",
    "urgencies",
    "matters",
    "facts",
    "calling_hours",
];

#[derive(Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
struct Step {
    way: CallbackWay,
    #[serde(default = "one")]
    attempts: u32,
    gap_mins: u32,
}

const fn one() -> u32 {
    1
}

#[derive(Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
struct Amount {
    amount: u32,
    unit: LimitUnit,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum CallWord {
    All,
    Share,
    Nobody,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum AskedWord {
    City,
    Province,
    County,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum UnreachableWord {
    Close,
    Desk,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum AfterWord {
    Supervision,
    Leaders,
    Close,
}

pub(super) fn fault(field: impl Into<String>, problem: impl Into<String>) -> Fault {
    Fault {
        field: field.into(),
        problem: problem.into(),
    }
}

/// Reads the text; a fault of the form is named by the key on its line.
fn parse(text: &str) -> Result<Document, Fault> {
    toml::from_str(text).map_err(|error| {
        let at = error.span().map_or(0, |span| span.start.min(text.len()));
        let line_number = text.as_bytes()[..at]
            .iter()
            .filter(|byte| **byte == b'\n')
            .count();
        let line = text.lines().nth(line_number).unwrap_or_default();
        let key = line.split_once('=').map(|(key, _)| key.trim());
        let key = key.filter(|key| !key.is_empty() && !key.starts_with('#'));
        let problem = error.message().trim().to_owned();
        let place = format!("line {}", line_number + 1);
        match key {
            Some(key) => fault(key, format!("{problem} ({place})")),
            None => fault(place, problem),
        }
    })
}

/// A table of a rule; the first key that cannot be read is named.
fn fields<T: DeserializeOwned>(at: &str, table: &toml::Table) -> Result<T, Fault> {
    let read = |table: toml::Table| T::deserialize(toml::Value::Table(table));
    read(table.clone()).map_err(|error| {
        let single = |(key, value): (&String, &toml::Value)| {
            let alone = toml::Table::from_iter([(key.clone(), value.clone())]);
            let error = read(alone).err()?;
            Some(fault(format!("{at}.{key}"), error.message().trim()))
        };
        table
            .iter()
            .find_map(single)
            .unwrap_or_else(|| fault(at, error.message().trim()))
    })
}

impl Policies {
    /// Reads a document; what it leaves out is as in [`DEFAULT_DOCUMENT`].
    ///
    /// # Errors
    /// [`Fault`] with the field that is wrong.
    pub fn read(text: &str) -> Result<Self, Fault> {
        let (base, own) = (parse(DEFAULT_DOCUMENT)?, parse(text)?);
        let base_part = base.default.unwrap_or_default();
        let (calling, base_calling) = (own.calling.unwrap_or_default(), base.calling.unwrap_or_default());
        let together = calling.together.or(base_calling.together).unwrap_or(true);
        let calendars = Calendars::new(calling, base_calling);
        let (calling, writing) = (calendars.city()?, calendars.messages()?);
        let default_part = own.default.unwrap_or_default().over(&base_part);
        let default = default_part.policy("default", calling.clone())?;
        let mut rules: Vec<Rule> = Vec::with_capacity(own.rules.len());
        for (index, table) in own.rules.into_iter().enumerate() {
            let at = format!("rules[{index}]");
            let rule = rule(&at, table, &default_part, &calling, &calendars)?;
            // A task remembers whose hours it goes by.
            let hours = &rule.policy.calling.rule;
            if hours.is_some() && rules.iter().any(|before| before.policy.calling.rule == *hours) {
                let problem = "another rule with calling_hours has this name";
                return Err(fault(format!("{at}.name"), problem));
            }
            rules.push(rule);
        }
        Ok(Self {
            writing,
            together,
            writes: true,
            years: calendars.years(),
            rules,
            default,
        })
    }
}

/// A rule: which orders it is for, and what it says over what holds for all.
fn rule(
    at: &str,
    table: toml::Table,
    default: &Part,
    city: &CallingHours,
    calendars: &Calendars,
) -> Result<Rule, Fault> {
    let (head, own): (toml::Table, toml::Table) = table
        .into_iter()
        .partition(|(key, _)| HEAD.contains(&key.as_str()));
    let (head, part): (Head, Part) = (fields(at, &head)?, fields(at, &own)?);
    if head.name.trim().is_empty() {
        return Err(fault(format!("{at}.name"), "must say what the rule is for"));
    }
    let fits = Fits {
        kinds: head.kinds,
        channels: head.channels,
        urgencies: head.urgencies,
        matters: head.matters,
        facts: head.facts,
    };
    if fits == Fits::default() {
        let problem =
            "names no kinds, channels, urgencies, matters or facts; what holds for all stands in [default]";
        return Err(fault(at, problem));
    }
    let calling = match head.calling_hours {
        None => city.clone(),
        Some(hours) => CallingHours {
            rule: Some(head.name.clone()),
            calendar: calendars.of(&format!("{at}.calling_hours"), &hours)?,
        },
    };
    Ok(Rule {
        name: head.name,
        fits,
        policy: part.over(default).policy(at, calling)?,
    })
}

impl Part {
    /// Its own fields, the others of `base`.
    fn over(self, base: &Self) -> Self {
        let base = base.clone();
        Self {
            call: self.call.or(base.call),
            share_percent: self.share_percent.or(base.share_percent),
            asked_by: self.asked_by.or(base.asked_by),
            steps: self.steps.or(base.steps),
            unreachable: self.unreachable.or(base.unreachable),
            rework_max: self.rework_max.or(base.rework_max),
            after_rework: self.after_rework.or(base.after_rework),
            rework_limit: self.rework_limit.or(base.rework_limit),
            appeal_window: self.appeal_window.or(base.appeal_window),
            tell_followers: self.tell_followers.or(base.tell_followers),
        }
    }

    fn policy(&self, at: &str, calling: CallingHours) -> Result<Policy, Fault> {
        let missing = |field: &str| fault(format!("{at}.{field}"), "is missing");
        let percent = self.share_percent.ok_or_else(|| missing("share_percent"))?;
        let percent = u8::try_from(percent)
            .ok()
            .filter(|percent| *percent <= 100)
            .ok_or_else(|| fault(format!("{at}.share_percent"), "must be 0 to 100"))?;
        let rounds = self.rework_max.ok_or_else(|| missing("rework_max"))?;
        if rounds > ROUNDS_MAX {
            return Err(fault(
                format!("{at}.rework_max"),
                format!("must be 0 to {ROUNDS_MAX}"),
            ));
        }
        Ok(Policy {
            call: match self.call.ok_or_else(|| missing("call"))? {
                CallWord::All => Call::All,
                CallWord::Share => Call::Share(percent),
                CallWord::Nobody => Call::Nobody,
            },
            asked_by: match self.asked_by.ok_or_else(|| missing("asked_by"))? {
                AskedWord::City => AskedBy::City,
                AskedWord::Province => AskedBy::Province,
                AskedWord::County => AskedBy::County,
            },
            calling,
            attempts: attempts(self.steps.as_deref().unwrap_or_default(), at)?,
            unreachable: match self.unreachable.ok_or_else(|| missing("unreachable"))? {
                UnreachableWord::Close => Unreachable::Close,
                UnreachableWord::Desk => Unreachable::Desk,
            },
            rework_max: i32::try_from(rounds).unwrap_or(i32::MAX),
            after_rework: match self.after_rework.ok_or_else(|| missing("after_rework"))? {
                AfterWord::Supervision => AfterRework::Raise(RaisedTo::Supervision),
                AfterWord::Leaders => AfterRework::Raise(RaisedTo::Leaders),
                AfterWord::Close => AfterRework::Close,
            },
            rework_limit: limit(self.rework_limit, at, "rework_limit")?,
            appeal_window: limit(self.appeal_window, at, "appeal_window")?,
            tell_followers: self.tell_followers.unwrap_or(true),
        })
    }
}

fn attempts(steps: &[Step], at: &str) -> Result<Vec<Attempting>, Fault> {
    let mut attempts = Vec::new();
    for (index, step) in steps.iter().enumerate() {
        let at = format!("{at}.steps[{index}]");
        if step.attempts == 0 || step.attempts > ATTEMPTS_MAX {
            return Err(fault(
                format!("{at}.attempts"),
                format!("must be 1 to {ATTEMPTS_MAX}"),
            ));
        }
        if step.gap_mins == 0 || step.gap_mins > GAP_MINS_MAX {
            return Err(fault(
                format!("{at}.gap_mins"),
                format!("must be 1 to {GAP_MINS_MAX}"),
            ));
        }
        let attempt = Attempting {
            way: step.way,
            gap: TimeDelta::minutes(i64::from(step.gap_mins)),
        };
        attempts.extend((0..step.attempts).map(|_| attempt));
    }
    if attempts.is_empty() {
        return Err(fault(format!("{at}.steps"), "must have at least one step"));
    }
    Ok(attempts)
}

/// From the moment of the event: dispatch of the round, recording of the answer.
fn limit(amount: Option<Amount>, at: &str, field: &str) -> Result<Limit, Fault> {
    let amount = amount.ok_or_else(|| fault(format!("{at}.{field}"), "is missing"))?;
    if amount.amount == 0 || amount.amount > AMOUNT_MAX {
        let problem = format!("must be 1 to {AMOUNT_MAX}");
        return Err(fault(format!("{at}.{field}.amount"), problem));
    }
    Ok(Limit {
        amount: amount.amount,
        unit: amount.unit,
        start: StartRule::Dispatch,
    })
}
