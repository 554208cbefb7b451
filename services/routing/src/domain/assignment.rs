//! Generation n of "who is responsible for this order", and what stands in its place when nobody can be named.
use crate::domain::codes::UnitId;
use crate::domain::decide::{Decision, Outcome, Question, decide, terms_for};
use crate::domain::directory::Directory;
use crate::domain::explain::{Dispatched, Explanation, Ruled, explain};
use crate::domain::order::Order;
use crate::domain::policies::{NoReturn, ReturnRight, return_right};
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
    /// Whether and how often the lead may ask for a return; `None` in rows of before there were policies.
    pub return_right: Option<ReturnRight>,
    /// Upheld returns before it: like the question, part of what was asked.
    pub bounces: i32,
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

impl Assignment {
    /// True when the rules decided, not a person.
    #[must_use]
    pub fn is_by_rules(&self) -> bool {
        self.decided_by == BY_DIRECTORY
    }

    /// True when a ruling decided it.
    #[must_use]
    pub const fn is_ruled(&self) -> bool {
        self.explanation.ruled.is_some()
    }

    /// True when nothing that makes an assignment differs: who leads and helps, by which duties, for which matter in
    /// which area, on what terms. Then an amendment needs no new generation.
    #[must_use]
    pub fn stands_as(&self, other: &Self) -> bool {
        self.lead.code == other.lead.code
            && self.co_handlers == other.co_handlers
            && self.duties == other.duties
            && self.divisions == other.divisions
            && self.question.matter == other.question.matter
            && self.has_terms(&other.terms)
    }

    /// The same terms. An assignment of before they told of extensions has none of those to compare, nor of
    /// a raised urgency.
    fn has_terms(&self, terms: &TermsV1) -> bool {
        let extension = self.terms.extension.and(terms.extension);
        self.terms
            == TermsV1 {
                extension,
                urgency: self.terms.urgency,
                ..terms.clone()
            }
    }

    /// The lead may not return it, for this reason.
    #[must_use]
    pub fn without_return(mut self, why: NoReturn) -> Self {
        self.terms.return_window = None;
        self.return_right = Some(ReturnRight::none(why));
        self
    }
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
        Outcome::Assigned(lead) => Settled::Assigned(Box::new(by_duties(
            directory,
            order,
            &decision,
            lead,
            explanation,
            now,
        ))),
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
    let mut seen = vec![said.lead];
    co_handlers.retain(|unit| {
        let is_new = !seen.contains(unit);
        seen.push(*unit);
        is_new
    });
    Assignment {
        co_handlers: references(directory, &co_handlers),
        decided_by: said.by.to_owned(),
        ..assignment(directory, order, &decision, said.lead, explanation, now)
    }
}

/// Assigns an order by the duty that a ruling became. `asked` is the question that this duty answers, `lead` and
/// `decision` its answer; the unit may not return it.
#[must_use]
pub fn rule(
    directory: &Directory,
    order: &Order,
    (asked, decision, lead): (&Question, &Decision, UnitId),
    (by, duty, basis): (&str, &str, &str),
    now: DateTime<Utc>,
) -> Assignment {
    let mut explanation = explain(directory, asked, decision);
    explanation.ruled = Some(Ruled {
        by: by.to_owned(),
        lead: directory.units.get(lead).reference(),
        duty: duty.to_owned(),
        basis: basis.to_owned(),
    });
    let ruled = by_duties(directory, order, decision, lead, explanation, now);
    Assignment {
        decided_by: by.to_owned(),
        ..ruled.without_return(NoReturn::Ruling)
    }
}

/// What a person decided, once more for an amended order: the same lead and co-handlers, with the terms of what the order
/// is now. `None` when the directory no longer has the unit.
#[must_use]
pub fn again(
    directory: &Directory,
    order: &Order,
    decided: &Assignment,
    now: DateTime<Utc>,
) -> Option<Assignment> {
    let lead = directory.units.find(decided.lead.code.as_str())?;
    let decision = decide(directory, &order.question);
    let explanation = Explanation {
        dispatched: decided.explanation.dispatched.clone(),
        ruled: decided.explanation.ruled.clone(),
        ..explain(directory, &order.question, &decision)
    };
    let again = Assignment {
        co_handlers: decided.co_handlers.clone(),
        duties: decided.duties.clone(),
        decided_by: decided.decided_by.clone(),
        ..assignment(directory, order, &decision, lead, explanation, now)
    };
    Some(if decided.is_ruled() {
        again.without_return(NoReturn::Ruling)
    } else {
        again
    })
}

fn by_duties(
    directory: &Directory,
    order: &Order,
    decision: &Decision,
    lead: UnitId,
    explanation: Explanation,
    now: DateTime<Utc>,
) -> Assignment {
    Assignment {
        duties: decision
            .duties
            .iter()
            .map(|id| directory.duties.get(*id).row.code.as_str().into())
            .collect(),
        co_handlers: references(directory, &decision.co_handlers),
        ..assignment(directory, order, decision, lead, explanation, now)
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
    let mut terms = terms_for(directory, &order.question, decision.matter, lead);
    let right = return_right(directory, directory.units.get(lead), &terms.rule, order.bounces);
    if right.refused.is_some() {
        terms.return_window = None;
    }
    Assignment {
        order_id: order.order_id,
        generation: order.generation + 1,
        lead: directory.units.get(lead).reference(),
        co_handlers: Vec::new(),
        divisions: chain
            .map(|id| directory.divisions.get(*id).code.as_str().into())
            .collect(),
        duties: Vec::new(),
        terms,
        return_right: Some(right),
        bounces: order.bounces,
        question: order.question.clone(),
        directory_version: directory.version(),
        explanation,
        decided_by: BY_DIRECTORY.to_owned(),
        decided_at: now,
    }
}

impl Waiting {
    /// True when several units must come together: none of them, or more than one, has the duty.
    #[must_use]
    pub fn is_consultation(&self) -> bool {
        self.explanation.data.outcome == "consultation"
    }

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
