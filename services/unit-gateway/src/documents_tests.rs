//! How large a document can become.
use super::*;
use contracts::ids::OrderId;
use contracts::unit_documents::UnitOutcomePartV1;
use contracts::words::{Kind, Urgency};

/// `max_payload` of infra/nats/nats.conf.
const MESSAGE_BYTES_MAX: usize = 256 * 1024;
/// Of every text that a person writes, in characters.
const TEXT_MAX: usize = 4_000;
/// The character that takes the most room in JSON: six bytes.
const WIDEST: &str = "\u{1}";

fn at() -> DateTime<Utc> {
    DateTime::from_timestamp(1_760_000_000, 0).unwrap()
}

fn supplement(text: &str) -> UnitSupplementV1 {
    UnitSupplementV1 {
        text: text.to_owned(),
        supplemented_at: at(),
    }
}

fn content(supplements: Vec<UnitSupplementV1>) -> OrderContent {
    OrderContent {
        order_id: OrderId(Uuid::from_u128(1)),
        order_number: "26030200001-1".into(),
        kind: Kind::Help,
        urgency: Urgency::Ordinary,
        title: WIDEST.repeat(200),
        text: WIDEST.repeat(TEXT_MAX),
        matter: None,
        place: PlaceV1 {
            address: Some(WIDEST.repeat(500)),
            ..PlaceV1::default()
        },
        confidential: false,
        accepted_at: at(),
        supplements,
    }
}

fn handling() -> Handling {
    let limit = Limit {
        amount: 2,
        unit: LimitUnit::WorkingHours,
        start: StartRule::Dispatch,
    };
    let unit = UnitRef {
        code: UnitCode("U".repeat(64)),
        name: "承".repeat(100),
    };
    let assignment = Assignment {
        lead: unit.clone(),
        co_handlers: vec![unit; 40],
        matter: None,
        terms: TermsV1 {
            rule: "L-1".into(),
            calendar: "office".into(),
            city_calendar: "city".into(),
            sign: limit,
            respond: limit,
            finish: limit,
            total: limit,
            return_window: Some(limit),
            extension: None,
            urgency: None,
        },
        assigned_at: at(),
        return_until: Some(at()),
        return_right: None,
        why: vec!["条".repeat(300); 20],
    };
    Handling::begin(OrderId(Uuid::from_u128(1)), 1, assignment, Uuid::from_u128(2))
}

fn written(content: &OrderContent, details: &Details) -> String {
    let (unit, note) = (UnitCode("U-LEAD".into()), WIDEST.repeat(TEXT_MAX));
    let telling = Telling {
        id: Uuid::from_u128(3),
        unit: &unit,
        lead: true,
        notice: Notice::Supplemented,
        note: Some(&note),
        details,
        at: at(),
    };
    to_json(&build(content, &handling(), &telling))
}

#[test]
fn the_largest_document_fits_into_a_message() {
    let part = UnitOutcomePartV1 {
        number: 1,
        what: "条".repeat(200),
        until: at(),
    };
    let details = Details::Outcome(UnitOutcomeV1 {
        outcome_id: contracts::ids::OutcomeId(Uuid::from_u128(4)),
        state: "recorded".into(),
        unit: "U-LEAD".into(),
        text: WIDEST.repeat(TEXT_MAX),
        parts: vec![part; 20],
        part: None,
    });
    let content = content(vec![supplement(&WIDEST.repeat(TEXT_MAX)); 100]);
    let document = written(&content, &details);
    assert!(document.len() < MESSAGE_BYTES_MAX, "{}", document.len());
    assert!(document.len() > SUPPLEMENTS_BYTES_MAX, "{}", document.len());
    let kept: UnitDocumentV1 = serde_json::from_str(&document).unwrap();
    let left_out = kept.data.supplements_left_out.unwrap();
    assert_eq!(left_out as usize + kept.data.supplements.len(), 100);
}

#[test]
fn what_fits_is_told_whole_and_nothing_is_said_of_what_is_left_out() {
    let content = content((0..50).map(|n| supplement(&n.to_string())).collect());
    let document = written(&content, &Details::None);
    let kept: UnitDocumentV1 = serde_json::from_str(&document).unwrap();
    assert_eq!(kept.data.supplements, content.supplements);
    assert!(!document.contains("supplements_left_out"));
}

#[test]
fn the_newest_is_told_however_large_it_is() {
    let large = supplement(&WIDEST.repeat(SUPPLEMENTS_BYTES_MAX));
    let content = content(vec![supplement("older"), large.clone()]);
    assert_eq!(newest(&content.supplements), [large]);
    assert_eq!(newest(&[]), []);
}
