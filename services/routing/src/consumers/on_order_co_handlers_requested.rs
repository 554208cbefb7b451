//! `unit-gateway.order.co_handlers_requested` → `add_co_handlers`.
use super::SERVICE;
use crate::usecases::add_co_handlers::{AddCoHandlers, HelpRefused, HelpRequest};
use crate::usecases::directories::Directories;
use bus::{Handler, Verdict};
use contracts::envelope::Envelope;
use contracts::unit_gateway::OrderCoHandlersRequestedV1;

pub(super) fn handler(directories: Directories) -> Box<dyn Handler> {
    bus::on(
        SERVICE,
        "on_order_co_handlers_requested",
        AddCoHandlers { directories },
        command,
        |refusal| match refusal {
            HelpRefused::OrderUnknown | HelpRefused::NoDirectory => Verdict::Retry(refusal.to_string()),
        },
    )
}

fn command(event: Envelope<OrderCoHandlersRequestedV1>) -> HelpRequest {
    let data = event.data;
    HelpRequest {
        order_id: data.order_id,
        unit: data.unit,
        generation: data.generation,
        co_handlers: data.co_handlers,
        reason: data.reason,
    }
}
