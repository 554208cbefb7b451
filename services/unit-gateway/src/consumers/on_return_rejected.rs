//! `return.rejected`: the unit stays responsible and is told why.
use super::unknown;
use crate::SERVICE;
use crate::usecases::reject_return::{RejectReturn, RejectReturns};
use bus::Handler;
use contracts::routing::ReturnRejectedV1;

pub(super) fn handler() -> Box<dyn Handler> {
    bus::on::<ReturnRejectedV1, _, _, _>(
        SERVICE,
        "on_return_rejected",
        RejectReturns,
        |envelope| RejectReturn {
            order_id: envelope.data.order_id,
            return_id: envelope.data.return_id,
            generation: envelope.data.generation,
            reason: envelope.data.reason,
        },
        unknown,
    )
}
