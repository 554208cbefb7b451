//! `return.upheld`: the order leaves the unit at once; who is next comes with `order.assigned`.
use super::unknown;
use crate::SERVICE;
use crate::usecases::uphold_return::{UpholdReturn, UpholdReturns};
use bus::Handler;
use contracts::routing::ReturnUpheldV1;

pub(super) fn handler() -> Box<dyn Handler> {
    bus::on::<ReturnUpheldV1, _, _, _>(
        SERVICE,
        "on_return_upheld",
        UpholdReturns,
        |envelope| UpholdReturn {
            order_id: envelope.data.order_id,
            generation: envelope.data.generation,
        },
        unknown,
    )
}
