//! The example of the one document that leaves the platform towards units.
use super::Example;
use super::fixed::{id, order, place, terms, time, unit};
use contracts::terms::ReturnRightV1;
use contracts::unit_documents::{UnitDocumentV1, UnitNotice, UnitOrderV1};
use contracts::words::{Kind, Urgency};

/// Name of its snapshot; it is no event of ours, so it stands beside them.
pub const NAME: &str = "unit_document.v1";

pub fn example() -> Example {
    Example::of(NAME, document(UnitNotice::Assigned))
}

/// The document about one order, with that notice.
pub fn document(notice: UnitNotice) -> UnitDocumentV1 {
    UnitDocumentV1 {
        specversion: "1.0".to_owned(),
        id: id(0xd0),
        source: "/unit-gateway".to_owned(),
        event_type: format!("hotline.order.{}.v1", notice.as_str()),
        subject: order(),
        time: time("2025-09-28T02:00:04.5Z"),
        datacontenttype: "application/json".to_owned(),
        data: UnitOrderV1 {
            order_id: order(),
            order_number: "25092800017-1".to_owned(),
            unit: "U-CG".into(),
            generation: 2,
            rework: 1,
            lead: true,
            notice,
            kind: Kind::Help,
            urgency: Urgency::Ordinary,
            title: "路灯不亮".to_owned(),
            text: "十四盏路灯不亮，已有一周".to_owned(),
            matter: Some("M0203".into()),
            place: place(),
            confidential: true,
            co_handlers: vec![unit("U-JS", "住建局")],
            terms: terms(),
            accepted_at: time("2025-09-28T02:00:00Z"),
            assigned_at: time("2025-09-28T02:00:04.5Z"),
            return_until: Some(time("2025-09-29T10:00:00Z")),
            return_right: Some(ReturnRightV1 {
                times_max: 2,
                refused: None,
            }),
            why: vec!["条目 D-017 对该地点最具体。".to_owned()],
            note: Some("路灯仍不亮".to_owned()),
        },
    }
}
