//! The example of the one document that leaves the platform towards units.
use super::Example;
use super::fixed::{appeal, callback, id, order, place, terms, time, unit};
use contracts::ids::{ConsultationId, ExtensionId, OutcomeId, SuspensionId};
use contracts::terms::LimitUnit;
use contracts::terms::ReturnRightV1;
use contracts::unit_documents::{
    UnitAnswerV1, UnitAppealV1, UnitDocumentV1, UnitExtensionV1, UnitNotice, UnitOrderV1, UnitOutcomePartV1,
    UnitOutcomeV1, UnitSummonsV1, UnitSupplementV1, UnitSuspensionV1,
};
use contracts::words::{ClockName, Kind, Satisfaction, Urgency};

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
            supplements: vec![UnitSupplementV1 {
                text: "昨晚又有两盏路灯不亮".to_owned(),
                supplemented_at: time("2025-09-28T03:00:00Z"),
            }],
            supplements_left_out: None,
            extension: Some(extension()),
            suspension: Some(UnitSuspensionV1 {
                suspension_id: SuspensionId(id(0x5e)),
                reason_code: Some("weather".to_owned()),
                reason: Some("雨季".to_owned()),
                suspended_at: Some(time("2025-09-29T02:00:00Z")),
                until: Some(time("2025-10-09T02:00:00Z")),
                code: None,
                pending: None,
                resumed_at: None,
                due_at: None,
            }),
            summons: Some(summons()),
            outcome: Some(outcome()),
            answer: Some(answer()),
            appeal: Some(UnitAppealV1 {
                callback_id: callback(),
                appeal_id: Some(appeal()),
                state: "refused".to_owned(),
                code: Some("exists".to_owned()),
                reason: "对该回访结果已有申诉".to_owned(),
            }),
        },
    }
}

fn extension() -> UnitExtensionV1 {
    UnitExtensionV1 {
        extension_id: ExtensionId(id(0xe7)),
        granted: true,
        clock: Some(ClockName::Finish),
        amount: Some(5),
        amount_unit: Some(LimitUnit::WorkingDays),
        due_before: Some(time("2025-10-13T10:00:00Z")),
        due_at: Some(time("2025-10-20T10:00:00Z")),
        code: None,
        reason: "需采购灯具".to_owned(),
    }
}

fn summons() -> UnitSummonsV1 {
    UnitSummonsV1 {
        consultation_id: ConsultationId(id(0x0a)),
        units: vec!["U-CG".into(), "U-JS".into()],
        meets_at: time("2025-10-10T01:00:00Z"),
        meets_where: "柳巷支路北口".to_owned(),
        on_site: true,
        question: "十四盏路灯归谁管".to_owned(),
    }
}

fn outcome() -> UnitOutcomeV1 {
    UnitOutcomeV1 {
        outcome_id: OutcomeId(id(0x10)),
        state: "recorded".to_owned(),
        unit: "U-JS".into(),
        text: "先修六盏，其余分期".to_owned(),
        parts: vec![UnitOutcomePartV1 {
            number: 1,
            what: "修复六盏".to_owned(),
            until: time("2025-10-20T09:00:00Z"),
        }],
        part: Some(1),
    }
}

fn answer() -> UnitAnswerV1 {
    UnitAnswerV1 {
        callback_id: callback(),
        generation: 2,
        rework: 1,
        contacted: true,
        solved: false,
        result: Satisfaction::NotSatisfied,
        attitude: Satisfaction::BasicallySatisfied,
        answered_at: time("2025-10-10T02:30:00Z"),
        appeal_until: time("2025-10-17T13:00:00Z"),
    }
}
