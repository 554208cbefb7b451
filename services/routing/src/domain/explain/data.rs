//! A decision in codes and names: stored, sent, compared with its replay.
use crate::domain::codes::{DivisionId, UnitId};
use crate::domain::condition::Held;
use crate::domain::decide::{
    Chain, Considered, Decision, How, Located, NoDivision, Outcome, PassedOver, Question, Undecided, Verdict,
    Why,
};
use crate::domain::directory::Directory;
use chrono::NaiveDate;
use contracts::directory::UnitRef;
use serde::{Deserialize, Serialize};

/// Everything about one decision.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct DecisionData {
    /// The directory that decided.
    pub directory_version: i64,
    /// Local day on which everything had to be valid.
    pub accepted_on: NaiveDate,
    /// `assigned`, `consultation`, `needs_information` or `manual`; what a text proposes instead: `declined`,
    /// `transferred` or `answered`.
    pub outcome: String,
    /// Why nobody could be named: `tie`, `no_duty`, `no_matter`, `place_unknown`, `place_ambiguous`,
    /// `place_too_coarse`, `role_unresolved`, `proposed_decline`, `proposed_transfer`, `proposed_answer`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The entry of the catalogue.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub matter: Option<Named>,
    /// The place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<PlaceData>,
    /// Where it may be, when that is not clear.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub places: Vec<Named>,
    /// What to ask the caller, when the unit hangs on it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ask: Option<AskData>,
    /// The division code that was given and did not decide.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub passed_over: Option<PassedOverData>,
    /// Units whose return of this order was upheld: they neither lead nor help.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub excluded: Vec<UnitRef>,
    /// 主办
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lead: Option<UnitRef>,
    /// 协办
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub co_handlers: Vec<UnitRef>,
    /// Units in question, when nobody could be named.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub candidates: Vec<UnitRef>,
    /// Every duty that was looked at; those that decided first.
    pub considered: Vec<DutyData>,
}

/// A question to the caller about the place.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct AskData {
    /// `where` it is, `which` of the options it is in, or in which `street` it is.
    pub about: String,
    /// What may be answered, as far as that is known.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub options: Vec<Named>,
}

/// A division code that was given and did not decide.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct PassedOverData {
    /// The code.
    pub code: String,
    /// `unknown`, `not_yet_valid` or `ended`.
    pub why: String,
    /// The day it begins or ended on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub day: Option<NaiveDate>,
}

impl From<&PassedOver> for PassedOverData {
    fn from(passed: &PassedOver) -> Self {
        let (why, day) = match passed.why {
            NoDivision::Unknown => ("unknown", None),
            NoDivision::NotYetValid(from) => ("not_yet_valid", Some(from.date())),
            NoDivision::Ended(last) => ("ended", Some(last.date())),
        };
        Self {
            code: passed.code.clone(),
            why: why.to_owned(),
            day,
        }
    }
}

/// A code with its name.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Named {
    /// The stable code.
    pub code: String,
    /// The name at the time of the decision.
    pub name: String,
}

/// A place and the chain of divisions whose duties apply there.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct PlaceData {
    /// `division`, `coordinates`, `address` or `hints`.
    pub how: String,
    /// Place names found in the address.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub found: Vec<String>,
    /// The finest known division.
    pub division: Named,
    /// Finest first, functional zones included, a replaced district left out.
    pub chain: Vec<Named>,
    /// What functional zones have taken over here.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub taken_over: Vec<TakenData>,
}

/// One overlay item that applies.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct TakenData {
    /// Its code.
    pub overlay: String,
    /// The functional zone.
    pub zone: Named,
    /// The district or county that had it.
    pub origin: Named,
    /// Functions that moved; absent when all did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub functions: Option<Vec<String>>,
    /// The document.
    pub basis: String,
}

/// One duty that was looked at.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct DutyData {
    /// Its code.
    pub duty: String,
    /// Its matter; absent = every matter.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub matter: Option<String>,
    /// Its area; absent = the whole city.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub division: Option<String>,
    /// Its conditions as the city wrote them.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub conditions: String,
    /// Unit or role that it names.
    pub lead: String,
    /// The unit that this stands for here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lead_unit: Option<UnitRef>,
    /// `won`, `tied`, `unresolved` or `lost`.
    pub verdict: String,
    /// Why it lost: `not_yet_valid`, `expired`, `condition_false`, `condition_unknown`, `taken_over`,
    /// `lead_not_valid`, `not_to_grassroots`, `returned`, `less_specific_place`, `less_specific_matter`,
    /// `fewer_conditions`, `lower_priority`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
    /// The clause or the day that `why` is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// The document it rests on.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub basis: String,
}

impl DecisionData {
    pub(super) fn new(directory: &Directory, question: &Question, decision: &Decision) -> Self {
        let (outcome, reason) = match decision.outcome {
            Outcome::Assigned(_) => ("assigned", None),
            Outcome::Undecided(why) => (why.outcome(), Some(why.code().to_owned())),
        };
        let matter = decision.matter.map(|id| directory.matters.get(id));
        let units = |ids: &[UnitId]| {
            ids.iter()
                .map(|id| directory.units.get(*id).reference())
                .collect()
        };
        let mut considered = decision.considered.clone();
        considered.sort_by_key(|item| (matches!(item.verdict, Verdict::Lost(_)), item.duty));
        Self {
            directory_version: directory.version(),
            accepted_on: directory.local(question.accepted_at).date(),
            outcome: outcome.to_owned(),
            reason,
            matter: matter.map(|matter| Named {
                code: matter.code.clone(),
                name: matter.name.clone(),
            }),
            place: decision
                .place
                .as_ref()
                .map(|(located, chain)| place(directory, located, chain)),
            places: decision.places.iter().map(|id| named(directory, *id)).collect(),
            ask: ask(directory, decision),
            passed_over: decision.passed_over.as_ref().map(PassedOverData::from),
            excluded: question
                .excluded
                .iter()
                .filter_map(|code| directory.units.find(code.as_str()))
                .map(|id| directory.units.get(id).reference())
                .collect(),
            lead: decision.lead().map(|id| directory.units.get(id).reference()),
            co_handlers: units(&decision.co_handlers),
            candidates: units(&decision.candidates),
            considered: considered.iter().map(|item| duty(directory, item)).collect(),
        }
    }
}

fn ask(directory: &Directory, decision: &Decision) -> Option<AskData> {
    let about = match decision.outcome {
        Outcome::Undecided(Undecided::PlaceUnknown) => "where",
        Outcome::Undecided(Undecided::PlaceAmbiguous) => "which",
        Outcome::Undecided(Undecided::PlaceTooCoarse) => "street",
        _ => return None,
    };
    Some(AskData {
        about: about.to_owned(),
        options: decision.places.iter().map(|id| named(directory, *id)).collect(),
    })
}

fn named(directory: &Directory, id: DivisionId) -> Named {
    let division = directory.divisions.get(id);
    Named {
        code: division.code.clone(),
        name: division.name.clone(),
    }
}

fn place(directory: &Directory, located: &Located, chain: &Chain) -> PlaceData {
    let how = match located.how {
        How::Division => "division",
        How::Coordinates => "coordinates",
        How::Address => "address",
        How::Hints => "hints",
    };
    let taken_over = chain.taken.iter().map(|taken| {
        let overlay = directory.overlays.get(taken.overlay);
        TakenData {
            overlay: overlay.code.clone(),
            zone: named(directory, overlay.zone),
            origin: named(directory, overlay.origin),
            functions: overlay.function_codes.clone(),
            basis: overlay.basis.clone(),
        }
    });
    PlaceData {
        how: how.to_owned(),
        found: located
            .entries
            .iter()
            .map(|entry| directory.gazetteer.entry(*entry).name.clone())
            .collect(),
        division: named(directory, located.division),
        chain: chain.divisions.iter().map(|id| named(directory, *id)).collect(),
        taken_over: taken_over.collect(),
    }
}

fn duty(directory: &Directory, item: &Considered) -> DutyData {
    let duty = directory.duties.get(item.duty);
    let verdict = match item.verdict {
        Verdict::Won => "won",
        Verdict::Tied => "tied",
        Verdict::Unresolved => "unresolved",
        Verdict::Lost(_) => "lost",
    };
    let (why, detail) = match item.verdict {
        Verdict::Lost(why) => {
            let detail = match why {
                Why::Condition(position, _) => duty
                    .clauses
                    .get(usize::from(position))
                    .map(|clause| clause.text.clone()),
                Why::NotYetValid => Some(duty.row.dates.from.to_string()),
                Why::Expired => duty.row.dates.to.map(|day| day.to_string()),
                _ => None,
            };
            (Some(code(why).to_owned()), detail)
        }
        _ => (None, None),
    };
    DutyData {
        duty: duty.row.code.clone(),
        matter: duty.row.matter.clone(),
        division: duty.row.division.clone(),
        conditions: duty.row.conditions.clone(),
        lead: duty.row.lead.clone(),
        lead_unit: item.lead.map(|id| directory.units.get(id).reference()),
        verdict: verdict.to_owned(),
        why,
        detail,
        basis: duty.row.basis.clone(),
    }
}

const fn code(why: Why) -> &'static str {
    match why {
        Why::NotYetValid => "not_yet_valid",
        Why::Expired => "expired",
        Why::Condition(_, Held::Unknown) => "condition_unknown",
        Why::Condition(..) => "condition_false",
        Why::TakenOver => "taken_over",
        Why::LeadNotValid => "lead_not_valid",
        Why::NotToGrassroots => "not_to_grassroots",
        Why::Returned => "returned",
        Why::LessSpecificPlace => "less_specific_place",
        Why::LessSpecificMatter => "less_specific_matter",
        Why::FewerConditions => "fewer_conditions",
        Why::LowerPriority => "lower_priority",
    }
}
