//! Domain → contracts: the one document that units get over NATS, webhooks and REST.
use crate::domain::delivery::Notice;
use crate::domain::handling::Handling;
use crate::domain::handling::State;
use crate::domain::order::{Assignment, OrderContent};
use chrono::{DateTime, Utc};
use contracts::directory::{PlaceV1, UnitRef};
use contracts::ids::UnitCode;
use contracts::terms::{Limit, LimitUnit, StartRule, TermsV1};
use contracts::unit_documents::{
    UnitAnswerV1, UnitAppealV1, UnitDocumentV1, UnitExtensionV1, UnitNotice, UnitOrderV1, UnitOutcomeV1,
    UnitSummonsV1, UnitSupplementV1, UnitSuspensionV1,
};
use uuid::Uuid;

/// What a document tells beside its note.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub enum Details {
    /// Nothing.
    #[default]
    None,
    /// What became of a request for more time.
    Extension(UnitExtensionV1),
    /// How long the order rests, how it goes on, or why it does not rest.
    Suspension(UnitSuspensionV1),
    /// When and where units meet.
    Summons(UnitSummonsV1),
    /// What was promised, or what became of it.
    Outcome(UnitOutcomeV1),
    /// What the caller said of the unit's work.
    Answer(UnitAnswerV1),
    /// What came of its appeal.
    Appeal(UnitAppealV1),
}

/// Bytes of supplements in one document, as JSON. A caller may add as often as he likes, 4 000 characters each, and a document
/// must fit into a message of NATS (`max_payload` of `infra/nats/nats.conf`) with everything else that it tells.
const SUPPLEMENTS_BYTES_MAX: usize = 96 * 1024;

/// The newest supplements that a document has room for, oldest first; the newest is always among them.
fn newest(supplements: &[UnitSupplementV1]) -> &[UnitSupplementV1] {
    let mut bytes = 0;
    let fitting = supplements.iter().rev().take_while(|supplement| {
        bytes += serde_json::to_string(supplement).map_or(0, |text| text.len() + 1);
        bytes <= SUPPLEMENTS_BYTES_MAX
    });
    let shown = fitting.count().max(1).min(supplements.len());
    &supplements[supplements.len() - shown..]
}

/// A document as it is sent.
///
/// # Panics
/// Never: documents are plain data that always serialize.
#[must_use]
pub fn to_json(document: &UnitDocumentV1) -> String {
    serde_json::to_string(document).expect("documents are plain data")
}

/// For whom a document is, and what it tells.
#[derive(Clone, Debug)]
pub struct Telling<'a> {
    /// Stable id of the document.
    pub id: Uuid,
    /// The unit.
    pub unit: &'a UnitCode,
    /// True for the lead.
    pub lead: bool,
    /// What happened.
    pub notice: Notice,
    /// What the caller still wants, or why a return was refused.
    pub note: Option<&'a str>,
    /// In fields.
    pub details: &'a Details,
    /// When it became true.
    pub at: DateTime<Utc>,
}

/// The word of the wire.
const fn word(notice: Notice) -> UnitNotice {
    match notice {
        Notice::Assigned => UnitNotice::Assigned,
        Notice::Reworked => UnitNotice::Reworked,
        Notice::ReturnRejected => UnitNotice::ReturnRejected,
        Notice::ExtensionGranted => UnitNotice::ExtensionGranted,
        Notice::ExtensionDenied => UnitNotice::ExtensionDenied,
        Notice::Suspended => UnitNotice::Suspended,
        Notice::SuspensionDenied => UnitNotice::SuspensionDenied,
        Notice::Resumed => UnitNotice::Resumed,
        Notice::Supervised => UnitNotice::Supervised,
        Notice::Escalated => UnitNotice::Escalated,
        Notice::Summoned => UnitNotice::Summoned,
        Notice::Outcome => UnitNotice::Outcome,
        Notice::Answer => UnitNotice::Answer,
        Notice::Appeal => UnitNotice::Appeal,
        Notice::CoReplied => UnitNotice::CoReplied,
        Notice::Amended => UnitNotice::Amended,
        Notice::Supplemented => UnitNotice::Supplemented,
        Notice::Revoked => UnitNotice::Revoked,
        Notice::Closed => UnitNotice::Closed,
    }
}

/// The document about an order for one unit.
#[must_use]
pub fn build(content: &OrderContent, handling: &Handling, telling: &Telling<'_>) -> UnitDocumentV1 {
    let (notice, assignment) = (word(telling.notice), &handling.assignment);
    let supplements = newest(&content.supplements);
    let left_out = u32::try_from(content.supplements.len() - supplements.len()).unwrap_or(u32::MAX);
    let mut data = UnitOrderV1 {
        order_id: content.order_id,
        order_number: content.order_number.clone(),
        unit: telling.unit.clone(),
        generation: handling.generation,
        rework: handling.rework,
        lead: telling.lead,
        notice,
        kind: content.kind,
        urgency: assignment.terms.urgency_with(content.urgency),
        title: content.title.clone(),
        text: content.text.clone(),
        matter: assignment.matter.clone().or_else(|| content.matter.clone()),
        place: content.place.clone(),
        confidential: content.confidential,
        co_handlers: assignment.co_handlers.clone(),
        terms: assignment.terms.clone(),
        accepted_at: content.accepted_at,
        assigned_at: assignment.assigned_at,
        return_until: assignment.return_until,
        return_right: assignment.return_right.clone(),
        why: assignment.why.clone(),
        note: telling.note.map(ToOwned::to_owned),
        supplements: supplements.to_vec(),
        supplements_left_out: Some(left_out).filter(|left_out| *left_out > 0),
        extension: None,
        suspension: None,
        summons: None,
        outcome: None,
        answer: None,
        appeal: None,
    };
    match telling.details.clone() {
        Details::None => {}
        Details::Extension(extension) => data.extension = Some(extension),
        Details::Suspension(suspension) => data.suspension = Some(suspension),
        Details::Summons(summons) => data.summons = Some(summons),
        Details::Outcome(outcome) => data.outcome = Some(outcome),
        Details::Answer(answer) => data.answer = Some(answer),
        Details::Appeal(appeal) => data.appeal = Some(appeal),
    }
    UnitDocumentV1 {
        specversion: "1.0".to_owned(),
        id: telling.id,
        source: "/unit-gateway".to_owned(),
        event_type: format!("hotline.order.{notice}.v1", notice = notice.as_str()),
        subject: content.order_id,
        time: telling.at,
        datacontenttype: "application/json".to_owned(),
        data,
    }
}

/// The document for a unit that does not have the order: generation 0, nobody's terms, and of a confidential order not
/// what it says, for the unit may be the one it is about.
#[must_use]
pub fn for_outsider(content: &OrderContent, telling: &Telling<'_>) -> UnitDocumentV1 {
    let limit = Limit {
        amount: 0,
        unit: LimitUnit::Hours,
        start: StartRule::Dispatch,
    };
    let nobody = Handling {
        order_id: content.order_id,
        generation: 0,
        rework: 0,
        state: State::Assigned,
        return_id: None,
        extension_id: None,
        suspension_id: None,
        assignment: Assignment {
            lead: UnitRef {
                code: UnitCode(String::new()),
                name: String::new(),
            },
            co_handlers: Vec::new(),
            matter: None,
            terms: TermsV1 {
                rule: String::new(),
                calendar: String::new(),
                city_calendar: String::new(),
                sign: limit,
                respond: limit,
                finish: limit,
                total: limit,
                return_window: None,
                extension: None,
                urgency: None,
            },
            assigned_at: telling.at,
            return_until: None,
            return_right: None,
            why: Vec::new(),
        },
        correlation_id: Uuid::nil(),
    };
    let mut shown = content.clone();
    if content.confidential {
        CONFIDENTIAL.clone_into(&mut shown.title);
        CONFIDENTIAL.clone_into(&mut shown.text);
        shown.place = PlaceV1 {
            division: content.place.division.clone(),
            ..PlaceV1::default()
        };
        shown.matter = None;
        shown.supplements.clear();
    }
    build(&shown, &nobody, telling)
}

/// What a unit that does not have a confidential order reads of it.
const CONFIDENTIAL: &str = "保密件";

/// A test call: a CloudEvents document about no order.
#[must_use]
pub fn ping(id: Uuid, unit: &UnitCode, at: DateTime<Utc>) -> String {
    serde_json::json!({
        "specversion": "1.0", "id": id, "source": "/unit-gateway", "type": "hotline.ping.v1", "time": at,
        "datacontenttype": "application/json", "data": { "unit": unit },
    })
    .to_string()
}

#[cfg(test)]
#[path = "documents_tests.rs"]
mod tests;
