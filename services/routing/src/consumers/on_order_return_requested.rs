//! `unit-gateway.order.return_requested` → `request_return`.
use super::SERVICE;
use crate::domain::returns::ReturnRequest;
use crate::usecases::directories::Directories;
use crate::usecases::request_return::{RequestReturn, ReturnRefused};
use bus::{Handler, Verdict};
use contracts::envelope::Envelope;
use contracts::unit_gateway::OrderReturnRequestedV1;

pub(super) fn handler(directories: Directories) -> Box<dyn Handler> {
    bus::on(
        SERVICE,
        "on_order_return_requested",
        RequestReturn { directories },
        command,
        |refusal| match refusal {
            ReturnRefused::OrderUnknown => Verdict::Retry(refusal.to_string()),
        },
    )
}

fn command(event: Envelope<OrderReturnRequestedV1>) -> ReturnRequest {
    let data = event.data;
    ReturnRequest {
        return_id: data.return_id,
        order_id: data.order_id,
        unit: data.unit,
        generation: data.generation,
        reason_code: data.reason_code,
        basis: data.basis,
        suggested_unit: data.suggested_unit,
        requested_at: event.occurred_at,
    }
}
