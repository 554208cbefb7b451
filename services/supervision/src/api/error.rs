//! The only place that turns refusals of use cases into problems.
use db::DbError;
use web::{Problem, Text};

/// Titles of this service's own problem codes.
pub const TEXTS: &[Text] = &[Text::new("order_unknown", "there is no such order", "没有此工单")];

/// Nothing is known of the order.
pub(super) fn unknown() -> Problem {
    Problem::not_found("order_unknown", "supervision has heard nothing of it")
        .detail_zh("督办系统尚无此工单记录")
}

/// The database failed.
pub(super) fn db(error: &DbError) -> Problem {
    if error.is_unavailable() {
        Problem::unavailable(1)
    } else {
        Problem::internal(error)
    }
}
