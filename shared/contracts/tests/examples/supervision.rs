//! Examples of the events of supervision.
use super::fixed::{order, time};
use super::{Example, example};
use contracts::supervision::{ClockBreachedV1, ClockWarnedV1};
use contracts::words::ClockName;

pub fn examples() -> Vec<Example> {
    let key = order().uuid();
    let breached = ClockBreachedV1 {
        order_id: order(),
        clock: ClockName::Total,
        timer_generation: 3,
        due_at: time("2025-10-23T09:00:00Z"),
        unit: Some("U-CG".into()),
    };
    let warned = ClockWarnedV1 {
        order_id: order(),
        clock: ClockName::Finish,
        timer_generation: 2,
        due_at: time("2025-10-23T09:00:00Z"),
        unit: Some("U-CG".into()),
    };
    vec![example(key, breached), example(key, warned)]
}
