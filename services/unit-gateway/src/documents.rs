//! Domain → contracts: the one document that units get over NATS, webhooks and REST.
use crate::domain::delivery::Notice;
use crate::domain::handling::Handling;
use crate::domain::order::OrderContent;
use chrono::{DateTime, Utc};
use contracts::ids::UnitCode;
use contracts::unit_documents::{UnitDocumentV1, UnitExtensionV1, UnitNotice, UnitOrderV1, UnitSuspensionV1};
use uuid::Uuid;

/// What a document tells beside its note.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub enum Details {
    /// Nothing.
    #[default]
    None,
    /// What became of a request for more time.
    Extension(UnitExtensionV1),
    /// How long the order rests, or how it goes on.
    Suspension(UnitSuspensionV1),
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

/// The document about an order for one unit.
#[must_use]
pub fn build(content: &OrderContent, handling: &Handling, telling: &Telling<'_>) -> UnitDocumentV1 {
    let notice = match telling.notice {
        Notice::Assigned => UnitNotice::Assigned,
        Notice::Reworked => UnitNotice::Reworked,
        Notice::ReturnRejected => UnitNotice::ReturnRejected,
        Notice::ExtensionGranted => UnitNotice::ExtensionGranted,
        Notice::ExtensionDenied => UnitNotice::ExtensionDenied,
        Notice::Suspended => UnitNotice::Suspended,
        Notice::Resumed => UnitNotice::Resumed,
        Notice::Supervised => UnitNotice::Supervised,
        Notice::Escalated => UnitNotice::Escalated,
        Notice::CoReplied => UnitNotice::CoReplied,
        Notice::Amended => UnitNotice::Amended,
        Notice::Supplemented => UnitNotice::Supplemented,
        Notice::Revoked => UnitNotice::Revoked,
        Notice::Closed => UnitNotice::Closed,
    };
    let assignment = &handling.assignment;
    let (extension, suspension) = match telling.details.clone() {
        Details::None => (None, None),
        Details::Extension(extension) => (Some(extension), None),
        Details::Suspension(suspension) => (None, Some(suspension)),
    };
    let data = UnitOrderV1 {
        order_id: content.order_id,
        order_number: content.order_number.clone(),
        unit: telling.unit.clone(),
        generation: handling.generation,
        rework: handling.rework,
        lead: telling.lead,
        notice,
        kind: content.kind,
        urgency: content.urgency,
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
        supplements: content.supplements.clone(),
        extension,
        suspension,
    };
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

/// A test call: a CloudEvents document about no order.
#[must_use]
pub fn ping(id: Uuid, unit: &UnitCode, at: DateTime<Utc>) -> String {
    serde_json::json!({
        "specversion": "1.0", "id": id, "source": "/unit-gateway", "type": "hotline.ping.v1", "time": at,
        "datacontenttype": "application/json", "data": { "unit": unit },
    })
    .to_string()
}
