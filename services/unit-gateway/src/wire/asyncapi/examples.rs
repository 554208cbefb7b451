//! Examples, made of the types themselves.
use crate::clients::unit_stream::MEDIA_TYPE;
use crate::wire::questions::Question;
use crate::wire::verbs::Verb;
use crate::wire::{ActedAnswer, problem};
use chrono::{DateTime, Utc};
use contracts::directory::{PlaceV1, UnitRef};
use contracts::ids::{AppealId, CallbackId, ConsultationId, ExtensionId, OrderId, OutcomeId, SuspensionId};
use contracts::terms::{Limit, LimitUnit, ReturnRightV1, StartRule, TermsV1};
use contracts::unit_documents::{
    UnitAnswerV1, UnitAppealV1, UnitDocumentV1, UnitExtensionV1, UnitNotice, UnitOrderV1, UnitOutcomePartV1,
    UnitOutcomeV1, UnitPendingSuspensionV1, UnitSummonsV1, UnitSupplementV1, UnitSuspensionV1,
};
use contracts::words::{ClockName, Kind, Satisfaction, Urgency};
use serde_json::{Value, json};
use uuid::{Uuid, uuid};
use web::Lang;

const ORDER: Uuid = uuid!("01998e2a-7c00-7000-8000-000000000001");
const DOCUMENT: Uuid = uuid!("01998e2a-7c00-7000-8000-0000000000d0");
const ANSWER: Uuid = uuid!("01998e2a-7c00-7000-8000-0000000000ca");
const UNIT: &str = "SJ-MUNI";
/// 2025-09-28T10:00:04+08:00.
const AT_SECS: i64 = 1_759_024_804;
const TRACEPARENT: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

fn at(later_secs: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(AT_SECS + later_secs, 0).unwrap_or_default()
}

/// The document about a broken street light, with that notice.
#[must_use]
pub fn order(notice: UnitNotice) -> UnitDocumentV1 {
    let position = UnitNotice::ALL
        .iter()
        .position(|known| *known == notice)
        .unwrap_or(0);
    let told_at = at(3600 * i64::try_from(position).unwrap_or(0));
    UnitDocumentV1 {
        specversion: "1.0".into(),
        id: Uuid::from_u128(DOCUMENT.as_u128() + position as u128),
        source: "/unit-gateway".into(),
        event_type: format!("hotline.order.{}.v1", notice.as_str()),
        subject: OrderId(ORDER),
        time: told_at,
        datacontenttype: "application/json".into(),
        data: content(notice),
    }
}

fn content(notice: UnitNotice) -> UnitOrderV1 {
    UnitOrderV1 {
        order_id: OrderId(ORDER),
        order_number: "25092800017-1".into(),
        unit: UNIT.into(),
        generation: 1,
        rework: i32::from(notice == UnitNotice::Reworked),
        lead: true,
        notice,
        kind: Kind::Help,
        urgency: Urgency::Ordinary,
        title: "路灯不亮".into(),
        text: "十四盏路灯不亮，已有一周".into(),
        matter: Some("M020202".into()),
        place: PlaceV1 {
            division: Some("990102002".into()),
            longitude: Some(113.625),
            latitude: Some(34.75),
            address: Some("东风路与文化路交叉口".into()),
        },
        confidential: false,
        co_handlers: vec![UnitRef {
            code: "QX-990102-URBAN".into(),
            name: "区城管局".into(),
        }],
        terms: terms(),
        accepted_at: at(-4),
        assigned_at: at(0),
        return_until: Some(at(115_196)),
        return_right: Some(ReturnRightV1 {
            times_max: 2,
            refused: None,
        }),
        why: vec!["条目 D-017 对该地点最具体。".into()],
        note: note(notice).map(Into::into),
        supplements: supplements(notice),
        supplements_left_out: None,
        extension: extension(notice),
        suspension: suspension(notice),
        summons: (notice == UnitNotice::Summoned).then(summons),
        outcome: (notice == UnitNotice::Outcome).then(outcome),
        answer: (notice == UnitNotice::Answer).then(answer),
        appeal: (notice == UnitNotice::Appeal).then(appeal),
    }
}

fn summons() -> UnitSummonsV1 {
    UnitSummonsV1 {
        consultation_id: ConsultationId(ORDER),
        units: vec![UNIT.into(), "QX-990102-URBAN".into()],
        meets_at: at(86_400),
        meets_where: "东风路与文化路交叉口".into(),
        on_site: true,
        question: "十四盏路灯由谁维护".into(),
    }
}

fn outcome() -> UnitOutcomeV1 {
    let part = |number, what: &str, until| UnitOutcomePartV1 {
        number,
        what: what.into(),
        until: at(until),
    };
    UnitOutcomeV1 {
        outcome_id: OutcomeId(ORDER),
        state: "recorded".into(),
        unit: UNIT.into(),
        text: "先修六盏，其余分期".into(),
        parts: vec![part(1, "修复六盏", 604_800), part(2, "修复其余八盏", 2_592_000)],
        part: None,
    }
}

fn answer() -> UnitAnswerV1 {
    UnitAnswerV1 {
        callback_id: CallbackId(ANSWER),
        generation: 1,
        rework: 0,
        contacted: true,
        solved: false,
        result: Satisfaction::NotSatisfied,
        attitude: Satisfaction::Satisfied,
        answered_at: at(172_800),
        appeal_until: at(777_600),
    }
}

fn appeal() -> UnitAppealV1 {
    UnitAppealV1 {
        callback_id: CallbackId(ANSWER),
        appeal_id: Some(AppealId(ORDER)),
        state: "upheld".into(),
        code: None,
        reason: "现场照片属实".into(),
    }
}

fn supplements(notice: UnitNotice) -> Vec<UnitSupplementV1> {
    let added = UnitSupplementV1 {
        text: "又有两盏路灯不亮".into(),
        supplemented_at: at(60),
    };
    if notice == UnitNotice::Supplemented {
        vec![added]
    } else {
        Vec::new()
    }
}

fn extension(notice: UnitNotice) -> Option<UnitExtensionV1> {
    let granted = match notice {
        UnitNotice::ExtensionGranted => true,
        UnitNotice::ExtensionDenied => false,
        _ => return None,
    };
    Some(UnitExtensionV1 {
        extension_id: ExtensionId(ORDER),
        granted,
        clock: granted.then_some(ClockName::Finish),
        amount: granted.then_some(2),
        amount_unit: granted.then_some(LimitUnit::WorkingDays),
        due_before: granted.then(|| at(115_196)),
        due_at: granted.then(|| at(288_000)),
        code: (!granted).then(|| "too_late".into()),
        reason: "等待配件".into(),
    })
}

fn suspension(notice: UnitNotice) -> Option<UnitSuspensionV1> {
    let nothing = UnitSuspensionV1 {
        suspension_id: SuspensionId(ORDER),
        reason_code: None,
        reason: None,
        suspended_at: None,
        until: None,
        code: None,
        pending: None,
        resumed_at: None,
        due_at: None,
    };
    Some(match notice {
        UnitNotice::Suspended => UnitSuspensionV1 {
            reason_code: Some("weather".into()),
            reason: Some("暴雨红色预警".into()),
            suspended_at: Some(at(60)),
            until: Some(at(86_400)),
            ..nothing
        },
        UnitNotice::SuspensionDenied => UnitSuspensionV1 {
            code: Some("already_pending".into()),
            reason: Some("已有挂起申请待审核".into()),
            pending: Some(UnitPendingSuspensionV1 {
                suspension_id: SuspensionId(Uuid::from_u128(DOCUMENT.as_u128() + 98)),
                since: at(30),
            }),
            ..nothing
        },
        UnitNotice::Resumed => UnitSuspensionV1 {
            resumed_at: Some(at(86_400)),
            due_at: Some(at(288_000)),
            ..nothing
        },
        _ => return None,
    })
}

const fn note(notice: UnitNotice) -> Option<&'static str> {
    match notice {
        UnitNotice::Reworked => Some("来电人称仍有两盏路灯不亮"),
        UnitNotice::ReturnRejected => Some("该路段路灯由你单位维护"),
        UnitNotice::Supervised | UnitNotice::Escalated => Some("书面督办，须于 2025-10-10 前办结"),
        UnitNotice::Summoned => Some("现场督办：请到东风路与文化路交叉口参加"),
        UnitNotice::Outcome => Some("协调结果：先修六盏，其余分期；落实后方可办结"),
        UnitNotice::Answer => Some("回访结果：未解决、对结果不满意；如有异议，可于 2025-10-07 10:00 前申诉"),
        UnitNotice::Appeal => Some("申诉成立，该回访结果不计入考核：现场照片属实"),
        UnitNotice::Amended => Some("地点更正为东风路北段"),
        UnitNotice::Revoked => Some("退单成立，改派其他单位"),
        _ => None,
    }
}

fn terms() -> TermsV1 {
    let limit = |amount, unit, start| Limit { amount, unit, start };
    TermsV1 {
        rule: "L-014".into(),
        calendar: "office".into(),
        city_calendar: "city".into(),
        sign: limit(2, LimitUnit::WorkingHours, StartRule::Dispatch),
        respond: limit(24, LimitUnit::Hours, StartRule::Signing),
        finish: limit(5, LimitUnit::WorkingDays, StartRule::NextWorkingDay),
        total: limit(15, LimitUnit::CalendarDays, StartRule::Acceptance),
        return_window: Some(limit(1, LimitUnit::WorkingDays, StartRule::Dispatch)),
        extension: None,
        urgency: None,
    }
}

/// One of each notice.
pub(super) fn orders(headers: fn(&UnitDocumentV1) -> Value) -> Value {
    let examples = UnitNotice::ALL.map(|notice| {
        let document = order(notice);
        json!({
            "name": notice.as_str(), "summary": super::notices::meaning(notice),
            "headers": headers(&document), "payload": document,
        })
    });
    json!(examples)
}

pub(super) fn nats_headers(document: &UnitDocumentV1) -> Value {
    json!({
        contracts::envelope::HEADER_MESSAGE_ID: document.id, "Content-Type": MEDIA_TYPE,
        contracts::envelope::HEADER_TRACEPARENT: TRACEPARENT,
    })
}

/// Signed with the secret of the specification's examples, so that a receiver can be tried with them.
pub(super) fn webhook_headers(document: &UnitDocumentV1) -> Value {
    let body = serde_json::to_string(document).unwrap_or_default();
    signed(document.id, document.time, &body)
}

/// The secret that signs the examples.
pub(super) const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

fn signed(id: Uuid, time: DateTime<Utc>, body: &str) -> Value {
    let secret = signing::read(SECRET).unwrap_or_default();
    let signature = signing::sign(&secret, &id.to_string(), time.timestamp(), body.as_bytes());
    json!({
        signing::HEADER_ID: id, signing::HEADER_TIMESTAMP: time.timestamp().to_string(),
        signing::HEADER_SIGNATURE: signature,
    })
}

pub(super) fn ping() -> Value {
    let body = crate::documents::ping(DOCUMENT, &UNIT.into(), at(0));
    let payload: Value = serde_json::from_str(&body).unwrap_or_default();
    json!([{ "name": "ping", "headers": signed(DOCUMENT, at(0), &body), "payload": payload }])
}

pub(super) fn command(verb: &Verb) -> Value {
    let mut payload = (verb.example)();
    payload["order_id"] = json!(ORDER);
    json!([{
        "name": verb.name,
        "headers": { "Authorization": "Bearer uk_0123456789abcdef", "traceparent": TRACEPARENT },
        "payload": payload,
    }])
}

pub(super) fn asked(question: &Question) -> Value {
    let mut payload = (question.example)();
    payload["order_id"] = json!(ORDER);
    let headers = json!({ "Authorization": "Bearer uk_0123456789abcdef", "traceparent": TRACEPARENT });
    json!([{ "name": question.name, "headers": headers, "payload": payload }])
}

pub(super) fn told(question: &Question) -> Value {
    let mut payload = (question.answered)();
    payload["ok"] = json!(true);
    json!([{ "name": question.name, "payload": payload }])
}

pub(super) fn acted() -> Value {
    let answer = ActedAnswer {
        order_id: ORDER,
        state: "signed".into(),
        generation: 1,
        rework: 0,
        return_id: None,
        extension_id: None,
        suspension_id: None,
    };
    let mut payload = json!(answer);
    payload["ok"] = json!(true);
    json!([{ "name": "signed", "payload": payload }])
}

pub(super) fn problem() -> Value {
    let refusal = problem::refused(crate::domain::handling::ActRefusal::StaleGeneration);
    let document = refusal.document(Lang::En, problem::TEXTS, None);
    json!([{ "name": "stale_generation", "payload": document }])
}
