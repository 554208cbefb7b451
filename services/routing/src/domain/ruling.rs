//! A ruling 会商定规: a decision about an order nobody owned. It becomes a duty, and only when that duty would decide the
//! order: then the next case routes by itself.
use crate::domain::codes::UnitId;
use crate::domain::condition;
use crate::domain::decide::{Decision, Outcome, Question, decide};
use crate::domain::directory::{Directory, RoleRef, parse_party};
use crate::domain::explain::explain;
use crate::domain::order::Order;
use crate::domain::snapshot::{DutyRow, Snapshot};
use crate::domain::validity::{Dates, Day};
use chrono::{NaiveDate, TimeDelta};
use contracts::ids::{DivisionCode, MatterCode, UnitCode};
use thiserror::Error;

/// How far above its rivals a ruling's duty stands.
const PRIORITY_STEP: i32 = 10;
/// 优先级 of a pack goes no further.
const PRIORITY_MAX: i32 = 1_000_000;

/// What the consultation decided.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Ruling {
    /// 主办
    pub lead: UnitCode,
    /// 协办
    pub co_handlers: Vec<UnitCode>,
    /// The matter it is about; `None` = the order's.
    pub matter: Option<MatterCode>,
    /// The area it holds in; `None` = the finest division of the order's place.
    pub division: Option<DivisionCode>,
    /// 条件, in the grammar of the pack; empty = none.
    pub conditions: String,
    /// 依据, personal data masked.
    pub basis: String,
    /// From when; `None` = the day of the ruling.
    pub valid_from: Option<NaiveDate>,
    /// The last day; `None` = until further notice.
    pub valid_to: Option<NaiveDate>,
}

/// Why a ruling cannot become a duty.
#[derive(Clone, PartialEq, Eq, Debug, Error)]
pub enum Unruly {
    /// The directory does not have the unit, or not on the first day.
    #[error("{code} is no unit that is valid on the first day")]
    Unit {
        /// `lead` or `co_handlers[n]`.
        field: String,
        /// The code.
        code: String,
    },
    /// The catalogue does not have the matter.
    #[error("{0} is no entry of the catalogue")]
    Matter(String),
    /// Neither the order nor the ruling has a matter.
    #[error("the order has no matter; the ruling must name one")]
    NoMatter,
    /// There is no such division.
    #[error("{0} is no division of the directory")]
    Division(String),
    /// The order's place is not known, and the ruling names none.
    #[error("the order's place is not known; the ruling must name a division")]
    NoPlace,
    /// The condition cannot be read.
    #[error("{0}")]
    Conditions(String),
    /// It ends before it begins.
    #[error("valid_to is before valid_from")]
    Dates,
    /// The duty would not decide this order, so the next case would not route by itself.
    #[error("the duty would not decide this order: {}", said.join(" "))]
    Ineffective {
        /// What the rules would say, in English.
        said: Vec<String>,
        /// 中文.
        said_zh: Vec<String>,
    },
}

impl Unruly {
    /// Stable code of the problem.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Unit { .. } => "unit_not_valid",
            Self::Matter(_) => "matter_unknown",
            Self::NoMatter | Self::Division(_) | Self::NoPlace | Self::Conditions(_) | Self::Dates => {
                "ruling_invalid"
            }
            Self::Ineffective { .. } => "ruling_ineffective",
        }
    }

    /// What of the ruling is at fault.
    #[must_use]
    pub fn field(&self) -> &str {
        match self {
            Self::Unit { field, .. } => field,
            Self::Matter(_) | Self::NoMatter => "matter",
            Self::Division(_) | Self::NoPlace | Self::Ineffective { .. } => "division",
            Self::Conditions(_) => "conditions",
            Self::Dates => "valid_to",
        }
    }
}

/// The order as the ruling sees it: with the ruling's matter, somewhere in its area, and no unit left out.
#[must_use]
pub fn ruled_question(directory: &Directory, order: &Order, ruling: &Ruling) -> Question {
    let mut question = Question {
        excluded: Vec::new(),
        ..order.question.clone()
    };
    if ruling.matter.is_some() {
        question.matter.clone_from(&ruling.matter);
    }
    let located = decide(directory, &question).place.is_some();
    if let Some(division) = ruling.division.as_ref().filter(|_| !located) {
        question.place.division = Some(division.0.clone());
    }
    question
}

/// The duty that a ruling becomes.
///
/// # Errors
/// The first thing that is wrong with it.
pub fn duty(
    directory: &Directory,
    question: &Question,
    ruling: &Ruling,
    code: String,
    today: NaiveDate,
) -> Result<DutyRow, Unruly> {
    let dates = Dates {
        from: ruling.valid_from.unwrap_or(today),
        to: ruling.valid_to,
    };
    if dates.to.is_some_and(|to| to < dates.from) {
        return Err(Unruly::Dates);
    }
    let unit = |field: String, code: &UnitCode| {
        let found = directory.units.find(code.as_str());
        let valid = found.is_some_and(|id| directory.units.get(id).validity.holds(Day::from(dates.from)));
        if valid {
            Ok(code.0.clone())
        } else {
            Err(Unruly::Unit {
                field,
                code: code.0.clone(),
            })
        }
    };
    let lead = unit("lead".to_owned(), &ruling.lead)?;
    let co_handlers = ruling.co_handlers.iter().enumerate();
    let co_handlers = co_handlers
        .map(|(n, code)| unit(format!("co_handlers[{n}]"), code))
        .collect::<Result<Vec<_>, _>>()?;
    condition::parse(&ruling.conditions).map_err(|error| Unruly::Conditions(error.to_string()))?;
    Ok(DutyRow {
        code,
        matter: Some(matter(directory, question)?),
        division: Some(division(directory, question, ruling)?),
        conditions: ruling.conditions.trim().to_owned(),
        co_handlers: co_handlers.into_iter().filter(|code| *code != lead).collect(),
        lead,
        priority: 0,
        not_to_grassroots: false,
        dates,
        basis: ruling.basis.clone(),
        note: "会商定规".to_owned(),
    })
}

fn matter(directory: &Directory, question: &Question) -> Result<String, Unruly> {
    let matter = question.matter.as_ref().ok_or(Unruly::NoMatter)?;
    let known = directory.matters.find(matter.as_str());
    known
        .map(|_| matter.0.clone())
        .ok_or_else(|| Unruly::Matter(matter.0.clone()))
}

fn division(directory: &Directory, question: &Question, ruling: &Ruling) -> Result<String, Unruly> {
    if let Some(division) = &ruling.division {
        let known = directory.divisions.find(division.as_str());
        return known
            .map(|_| division.0.clone())
            .ok_or_else(|| Unruly::Division(division.0.clone()));
    }
    let place = decide(directory, question).place;
    let finest = place.and_then(|(_, chain)| chain.divisions.first().copied());
    finest
        .map(|id| directory.divisions.get(id).code.clone())
        .ok_or(Unruly::NoPlace)
}

/// Adds the duty to a directory, above every other of the same matter and area.
pub fn enact(snapshot: &mut Snapshot, mut duty: DutyRow) -> DutyRow {
    // A pack may have a row of that code for reasons of its own.
    while snapshot.duties.iter().any(|row| row.code == duty.code) {
        duty.code.push('X');
    }
    let rivals = snapshot
        .duties
        .iter()
        .filter(|row| row.matter == duty.matter && row.division == duty.division);
    let highest = rivals.map(|row| row.priority).max().unwrap_or(0);
    duty.priority = highest.saturating_add(PRIORITY_STEP).min(PRIORITY_MAX);
    keep(snapshot, duty.clone());
    duty
}

/// Puts the duty of an earlier ruling into a directory that does not have a row of that code. A ruling about a unit, an
/// entry or an area that the directory no longer knows has ended with it: then the answer is false.
pub fn keep(snapshot: &mut Snapshot, duty: DutyRow) -> bool {
    if !knows(snapshot, &duty) {
        return false;
    }
    if let Err(place) = snapshot
        .duties
        .binary_search_by(|row| row.code.as_str().cmp(&duty.code))
    {
        snapshot.duties.insert(place, duty);
    }
    true
}

fn knows(snapshot: &Snapshot, duty: &DutyRow) -> bool {
    let unit = |party: &String| match parse_party(party) {
        Some(RoleRef::Unit(code)) => snapshot.units.iter().any(|unit| unit.code == code),
        Some(RoleRef::Role(function, _)) => snapshot.functions.contains_key(function),
        None => false,
    };
    let matter = |code: &String| snapshot.matters.iter().any(|row| row.code == *code);
    let division = |code: &String| snapshot.divisions.iter().any(|row| row.code == *code);
    std::iter::once(&duty.lead).chain(&duty.co_handlers).all(unit)
        && duty.matter.as_ref().is_none_or(matter)
        && duty.division.as_ref().is_none_or(division)
}

/// The question as it would be asked on the day nearest to the order's own on which the duty is valid, at the same hour.
#[must_use]
pub fn as_if_valid(directory: &Directory, question: &Question, dates: Dates) -> Question {
    let accepted_on = directory.local(question.accepted_at).date();
    let day = accepted_on.max(dates.from);
    let day = dates.to.map_or(day, |to| day.min(to));
    let shift = TimeDelta::days((day - accepted_on).num_days());
    Question {
        accepted_at: question.accepted_at + shift,
        excluded: Vec::new(),
        ..question.clone()
    }
}

/// The answer to `asked` when the duty gives it; otherwise why not.
///
/// # Errors
/// [`Unruly::Ineffective`].
pub fn decided_by(directory: &Directory, asked: &Question, duty: &str) -> Result<(Decision, UnitId), Unruly> {
    let decision = decide(directory, asked);
    let by_it = decision
        .duties
        .iter()
        .any(|id| directory.duties.get(*id).row.code == duty);
    match decision.outcome {
        Outcome::Assigned(lead) if by_it => Ok((decision, lead)),
        _ => {
            let said = explain(directory, asked, &decision).sentences();
            Err(Unruly::Ineffective {
                said: said.en,
                said_zh: said.zh,
            })
        }
    }
}
