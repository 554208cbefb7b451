//! Generation n of "who is responsible for this order", and what stands in its place when nobody can be named.
use crate::domain::codes::UnitId;
use crate::domain::decide::{Decision, Outcome, Question, decide, terms_for};
use crate::domain::directory::Directory;
use crate::domain::explain::{Dispatched, Explanation, explain};
use crate::domain::order::Order;
use chrono::{DateTime, Utc};
use contracts::directory::UnitRef;
use contracts::ids::{DivisionCode, DutyCode, OrderId, UnitCode};
use contracts::terms::TermsV1;

/// Who decides by the rules.
pub const BY_DIRECTORY: &str = "directory";

/// One assignment; never changed.
#[derive(Clone, PartialEq, Debug)]
pub struct Assignment {
    /// The order.
    pub order_id: OrderId,
    /// 1, 2, 3, …
    pub generation: i32,
    /// 主办
    pub lead: UnitRef,
    /// 协办
    pub co_handlers: Vec<UnitRef>,
    /// Chain of divisions, finest first.
    pub divisions: Vec<DivisionCode>,
    /// The duties that decided; empty when a dispatcher did.
    pub duties: Vec<DutyCode>,
    /// Time limits.
    pub terms: TermsV1,
    /// What was asked: with the directory version, everything a replay needs.
    pub question: Question,
    /// Version of the directory.
    pub directory_version: i64,
    /// Why.
    pub explanation: Explanation,
    /// [`BY_DIRECTORY`] or `agent:<subject>`.
    pub decided_by: String,
    /// When.
    pub decided_at: DateTime<Utc>,
}

/// An order that waits for a dispatcher.
#[derive(Clone, PartialEq, Debug)]
pub struct Waiting {
    /// The order.
    pub order_id: OrderId,
    /// Stable code, as in `order.undecided`.
    pub reason: String,
    /// Units that are in question.
    pub candidates: Vec<UnitRef>,
    /// Why.
    pub explanation: Explanation,
    /// Version of the directory that was asked.
    pub directory_version: i64,
    /// Since when it waits.
    pub entered_at: DateTime<Utc>,
}

/// What the directory says of an order.
#[derive(Clone, PartialEq, Debug)]
pub enum Settled {
    /// A unit is responsible.
    Assigned(Box<Assignment>),
    /// A person must decide.
    Undecided(Box<Waiting>),
}

/// Decides an order by the rules; an assignment is the order's next generation.
#[must_use]
pub fn settle(directory: &Directory, order: &Order, now: DateTime<Utc>) -> Settled {
    let decision = decide(directory, &order.question);
    let explanation = explain(directory, &order.question, &decision);
    match decision.outcome {
        Outcome::Assigned(lead) => Settled::Assigned(Box::new(Assignment {
            duties: decision
                .duties
                .iter()
                .map(|id| directory.duties.get(*id).row.code.as_str().into())
                .collect(),
            co_handlers: references(directory, &decision.co_handlers),
            ..assignment(directory, order, &decision, lead, explanation, now)
        })),
        Outcome::Undecided(why) => Settled::Undecided(Box::new(Waiting {
            order_id: order.order_id,
            reason: explanation
                .data
                .reason
                .clone()
                .unwrap_or_else(|| why.code().to_owned()),
            candidates: references(directory, &decision.candidates),
            explanation,
            directory_version: directory.version(),
            entered_at: now,
        })),
    }
}

/// What a dispatcher says.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Dispatch<'a> {
    /// 主办
    pub lead: UnitId,
    /// 协办
    pub co_handlers: Vec<UnitId>,
    /// `agent:<subject>`
    pub by: &'a str,
    /// Why, personal data masked.
    pub reason: &'a str,
}

/// Assigns an order as a dispatcher says; the rules still tell the place and the terms.
#[must_use]
pub fn dispatch(directory: &Directory, order: &Order, said: &Dispatch<'_>, now: DateTime<Utc>) -> Assignment {
    let decision = decide(directory, &order.question);
    let mut explanation = explain(directory, &order.question, &decision);
    explanation.dispatched = Some(Dispatched {
        by: said.by.to_owned(),
        lead: directory.units.get(said.lead).reference(),
        reason: said.reason.to_owned(),
    });
    let mut co_handlers = said.co_handlers.clone();
    co_handlers.retain(|unit| *unit != said.lead);
    co_handlers.dedup();
    Assignment {
        co_handlers: references(directory, &co_handlers),
        decided_by: said.by.to_owned(),
        ..assignment(directory, order, &decision, said.lead, explanation, now)
    }
}

fn assignment(
    directory: &Directory,
    order: &Order,
    decision: &Decision,
    lead: UnitId,
    explanation: Explanation,
    now: DateTime<Utc>,
) -> Assignment {
    let chain = decision.place.iter().flat_map(|(_, chain)| &chain.divisions);
    Assignment {
        order_id: order.order_id,
        generation: order.generation + 1,
        lead: directory.units.get(lead).reference(),
        co_handlers: Vec::new(),
        divisions: chain
            .map(|id| directory.divisions.get(*id).code.as_str().into())
            .collect(),
        duties: Vec::new(),
        terms: terms_for(directory, &order.question, decision.matter, lead),
        question: order.question.clone(),
        directory_version: directory.version(),
        explanation,
        decided_by: BY_DIRECTORY.to_owned(),
        decided_at: now,
    }
}

impl Waiting {
    /// Adds the unit that a returning unit thinks right, when the directory has it.
    pub fn suggest(&mut self, directory: &Directory, unit: &UnitCode) {
        if let Some(unit) = directory.units.find(unit.as_str()) {
            let unit = directory.units.get(unit).reference();
            if !self.candidates.contains(&unit) {
                self.candidates.push(unit);
            }
        }
    }
}

fn references(directory: &Directory, units: &[UnitId]) -> Vec<UnitRef> {
    units
        .iter()
        .map(|id| directory.units.get(*id).reference())
        .collect()
}
