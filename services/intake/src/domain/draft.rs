//! A complaint as it was sent, before any rule was applied. `api` fills it in, [`Draft::checked`] makes a
//! [`NewComplaint`] of it or names the first bad field.
use super::caller::Caller;
use super::complaint::{Demand, NewComplaint, Treatment};
use super::invalid::{self, Invalid};
use super::place::Place;
use super::source_number;
use super::{Channel, Disposition, Kind, OrderId, Urgency};
use chrono::{DateTime, Utc};
use std::collections::BTreeMap;

/// Everything a client may send.
#[derive(Clone, PartialEq, Debug)]
pub struct Draft {
    /// 渠道.
    pub channel: Channel,
    /// 诉求类型.
    pub kind: Kind,
    /// 紧急程度.
    pub urgency: Urgency,
    /// One line.
    pub title: String,
    /// What is wanted.
    pub text: String,
    /// Where.
    pub place: Place,
    /// Entry of the catalogue.
    pub matter: Option<String>,
    /// Who called.
    pub caller: Option<Caller>,
    /// Identity is never shown to units; reports are confidential whatever is said here.
    pub confidential: bool,
    /// Number of the sending system.
    pub source_number: Option<String>,
    /// Until when a hotline above wants the result.
    pub due_by: Option<DateTime<Utc>>,
    /// Facts that conditions of duties ask for.
    pub facts: BTreeMap<String, String>,
    /// Several matters in one contact.
    pub demands: Vec<DraftDemand>,
    /// What intake does with it.
    pub disposition: Disposition,
    /// With `answered`: what the caller was told.
    pub answer: Option<String>,
    /// With `declined`: why.
    pub reason: Option<String>,
    /// With `declined`: where to turn.
    pub advice: Option<String>,
    /// The existing order to follow, instead of an order of its own.
    pub joins: Option<OrderId>,
}

/// One of several matters; what is missing is as in the complaint.
#[derive(Clone, PartialEq, Debug)]
pub struct DraftDemand {
    /// One line.
    pub title: Option<String>,
    /// What is wanted.
    pub text: String,
    /// Entry of the catalogue.
    pub matter: Option<String>,
    /// Where.
    pub place: Option<Place>,
}

pub(super) const TITLE_CHARS_MAX: usize = 200;
pub(super) const TEXT_CHARS_MAX: usize = 4_000;
const REASON_CHARS_MAX: usize = 200;
pub(super) const SOURCE_NUMBER_CHARS_MAX: usize = 64;
const DEMANDS_MAX: usize = 10;
/// Most facts of one complaint or order.
pub(super) const FACTS_MAX: usize = 20;
const FACT_NAME_CHARS_MAX: usize = 64;
const FACT_VALUE_CHARS_MAX: usize = 200;

impl Draft {
    /// The complaint, when every rule holds.
    ///
    /// # Errors
    /// The first field that breaks a rule.
    pub fn checked(&self) -> Result<NewComplaint, Invalid> {
        let treatment = self.treatment()?;
        let place = self.place.checked()?;
        if let Treatment::Orders(demands) = &treatment {
            somewhere(&place, demands, !self.demands.is_empty())?;
        }
        let caller = self.caller.as_ref().map(Caller::checked).transpose()?;
        let caller = caller.filter(|caller| *caller != Caller::default());
        let source_number = invalid::text_if_given(
            "source_number",
            self.source_number.as_deref(),
            SOURCE_NUMBER_CHARS_MAX,
        )?;
        if let Some(number) = &source_number {
            source_number::names_nobody(number, caller.as_ref())?;
        }
        Ok(NewComplaint {
            channel: self.channel,
            kind: self.kind,
            urgency: self.urgency,
            title: invalid::text("title", &self.title, TITLE_CHARS_MAX)?,
            text: invalid::text("text", &self.text, TEXT_CHARS_MAX)?,
            place,
            matter: invalid::code_if_given("matter", self.matter.as_deref())?,
            caller,
            confidential: self.confidential || self.kind == Kind::Report,
            source_number,
            due_by: self.deadline()?,
            facts: facts(&self.facts)?,
            treatment,
        })
    }

    /// Only what a hotline above hands down has its deadline.
    fn deadline(&self) -> Result<Option<DateTime<Utc>>, Invalid> {
        if self.due_by.is_some() && self.channel != Channel::Province {
            return Err(Invalid::new(
                "due_by",
                "goes with the channel province only",
                "仅省转件（province）可填写上级时限",
            ));
        }
        Ok(self.due_by)
    }

    fn treatment(&self) -> Result<Treatment, Invalid> {
        let accepted = self.disposition == Disposition::Accepted;
        self.only(
            "answer",
            self.answer.is_some(),
            self.disposition == Disposition::Answered,
        )?;
        self.only(
            "reason",
            self.reason.is_some(),
            self.disposition == Disposition::Declined,
        )?;
        self.only(
            "advice",
            self.advice.is_some(),
            self.disposition == Disposition::Declined,
        )?;
        self.only("joins", self.joins.is_some(), accepted)?;
        self.only(
            "demands",
            !self.demands.is_empty(),
            accepted && self.joins.is_none(),
        )?;
        let required = |field, value: &Option<String>, max| {
            invalid::text(field, value.as_deref().unwrap_or_default(), max)
        };
        Ok(match self.disposition {
            Disposition::Answered => Treatment::Answered {
                answer: required("answer", &self.answer, TEXT_CHARS_MAX)?,
            },
            Disposition::Declined => Treatment::Declined {
                reason: required("reason", &self.reason, REASON_CHARS_MAX)?,
                advice: required("advice", &self.advice, TEXT_CHARS_MAX)?,
            },
            Disposition::Accepted => match self.joins {
                Some(order_id) => Treatment::Joins(order_id),
                None => Treatment::Orders(demands(&self.demands)?),
            },
        })
    }

    fn only(&self, field: &str, given: bool, fits: bool) -> Result<(), Invalid> {
        if given && !fits {
            let disposition = self.disposition;
            let joining = if self.joins.is_some() && field != "joins" {
                " that joins an order"
            } else {
                ""
            };
            return Err(Invalid::new(
                field,
                format!("does not go with a complaint that is {disposition}{joining}"),
                "与处置方式不符",
            ));
        }
        Ok(())
    }
}

/// An order must be somewhere. Of several demands the one without a place is named.
fn somewhere(place: &Place, demands: &[Demand], several: bool) -> Result<(), Invalid> {
    let nowhere = |demand: &Demand| demand.place.as_ref().unwrap_or(place).is_unknown();
    let Some(n) = demands.iter().position(nowhere) else {
        return Ok(());
    };
    let invalid = Invalid::new(
        "place",
        "an order needs a division, coordinates or an address",
        "派单须有区划编码、坐标或地址之一",
    );
    Err(if several {
        invalid.inside(&format!("demands[{n}]"))
    } else {
        invalid
    })
}

fn demands(drafts: &[DraftDemand]) -> Result<Vec<Demand>, Invalid> {
    if drafts.len() > DEMANDS_MAX {
        return Err(Invalid::new(
            "demands",
            format!("at most {DEMANDS_MAX}"),
            format!("至多 {DEMANDS_MAX} 项"),
        ));
    }
    if drafts.is_empty() {
        return Ok(vec![Demand::default()]);
    }
    let each = drafts.iter().enumerate();
    each.map(|(n, draft)| demand(draft).map_err(|invalid| invalid.inside(&format!("demands[{n}]"))))
        .collect()
}

fn demand(draft: &DraftDemand) -> Result<Demand, Invalid> {
    Ok(Demand {
        title: invalid::text_if_given("title", draft.title.as_deref(), TITLE_CHARS_MAX)?,
        text: Some(invalid::text("text", &draft.text, TEXT_CHARS_MAX)?),
        matter: invalid::code_if_given("matter", draft.matter.as_deref())?,
        place: draft
            .place
            .as_ref()
            .map(Place::checked)
            .transpose()?
            .filter(|place| !place.is_unknown()),
    })
}

pub(super) fn facts(given: &BTreeMap<String, String>) -> Result<BTreeMap<String, String>, Invalid> {
    if given.len() > FACTS_MAX {
        return Err(Invalid::new(
            "facts",
            format!("at most {FACTS_MAX}"),
            format!("至多 {FACTS_MAX} 项"),
        ));
    }
    let mut facts = BTreeMap::new();
    for (name, value) in given {
        let name = invalid::text("facts", name, FACT_NAME_CHARS_MAX)?;
        let value =
            invalid::text(&name, value, FACT_VALUE_CHARS_MAX).map_err(|invalid| invalid.inside("facts"))?;
        facts.insert(name, value);
    }
    Ok(facts)
}

#[cfg(test)]
mod tests;
