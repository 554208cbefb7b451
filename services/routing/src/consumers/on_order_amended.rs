//! `intake.order.amended` → `amend_order`.
use super::SERVICE;
use super::on_order_registered::place;
use crate::usecases::amend_order::{AmendOrder, AmendRefused, Amendment};
use crate::usecases::directories::Directories;
use crate::usecases::texts::Texts;
use bus::{Handler, Verdict};
use contracts::envelope::Envelope;
use contracts::intake::OrderAmendedV1;

pub(super) fn handler(directories: Directories, texts: Texts) -> Box<dyn Handler> {
    bus::on(
        SERVICE,
        "on_order_amended",
        AmendOrder { directories, texts },
        command,
        |refusal| match refusal {
            AmendRefused::OrderUnknown | AmendRefused::NoDirectory => Verdict::Retry(refusal.to_string()),
        },
    )
}

fn command(event: Envelope<OrderAmendedV1>) -> Amendment {
    let data = event.data;
    let changed = |what: &str| data.changed.iter().any(|changed| changed == what);
    Amendment {
        order_id: data.order_id,
        number: data.amendment,
        matter: changed("matter").then(|| data.matter.clone()),
        place: changed("place").then(|| place(data.place.clone())),
        facts: changed("facts").then(|| data.facts.clone()),
        urgency: changed("urgency").then_some(data.urgency),
    }
}
