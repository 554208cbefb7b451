//! Examples of the events of supervision about figures.
use super::fixed::{order, time};
use super::{Example, example};
use contracts::supervision::{
    ExclusionDeniedV1, ExclusionGrantedV1, ExclusionRequestedV1, MatterEmergedV1, ScoreChangedV1,
};
use uuid::Uuid;

pub fn examples() -> Vec<Example> {
    let key = order().uuid();
    let exclusion_id = Uuid::from_u128(0xe1);
    let note = "产权单位已灭失，经核实无法办理".to_owned();
    let denied = ExclusionDeniedV1 {
        order_id: order(),
        exclusion_id,
        note: note.clone(),
    };
    let granted = ExclusionGrantedV1 {
        order_id: order(),
        exclusion_id,
        note: note.clone(),
    };
    let requested = ExclusionRequestedV1 {
        order_id: order(),
        exclusion_id,
        generation: Some(2),
        figures: vec!["resolution".to_owned(), "satisfaction".to_owned()],
        reason: "impossible".to_owned(),
        note,
    };
    let emerged = MatterEmergedV1 {
        alert_id: Uuid::from_u128(0xa1),
        matter: "M0401".to_owned(),
        area: Some("990102".to_owned()),
        window_from: time("2025-11-15T01:00:00Z"),
        window_to: time("2025-11-15T02:00:00Z"),
        orders: 48,
        expected_hundredths: 410,
        share_hundredths: 3020,
    };
    let changed = ScoreChangedV1 {
        line_id: Uuid::from_u128(0xb1),
        unit: "U-CG".into(),
        period: "2025-10".to_owned(),
        revision: 2,
        before_hundredths: Some(9310),
        after_hundredths: Some(9330),
        reason: "剔除一件".to_owned(),
    };
    vec![
        example(key, denied),
        example(key, granted),
        example(key, requested),
        example(Uuid::from_u128(0xa1), emerged),
        example(Uuid::from_u128(0xb1), changed),
    ]
}
