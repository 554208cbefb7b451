//! `supervision.ruling.made` → `enact_ruling`.
use super::SERVICE;
use crate::domain::ruling::Ruling;
use crate::usecases::directories::Directories;
use crate::usecases::enact_ruling::{EnactRefused, EnactRuling};
use crate::usecases::rule_order::{Command, Origin};
use bus::{Handler, Verdict};
use contracts::envelope::Envelope;
use contracts::supervision::RulingMadeV1;

pub(super) fn handler(directories: Directories) -> Box<dyn Handler> {
    bus::on(
        SERVICE,
        "on_ruling_made",
        EnactRuling::new(directories),
        command,
        |refusal| match refusal {
            EnactRefused::OrderUnknown | EnactRefused::NoDirectory | EnactRefused::Entered => {
                Verdict::Retry(refusal.to_string())
            }
        },
    )
}

fn command(event: Envelope<RulingMadeV1>) -> Command {
    let data = event.data;
    Command {
        order_id: data.order_id,
        ruling: Ruling {
            lead: data.lead,
            co_handlers: data.co_handlers,
            matter: data.matter,
            division: data.division,
            conditions: data.conditions,
            basis: data.basis,
            valid_from: data.valid_from,
            valid_to: data.valid_to,
        },
        minutes: data.minutes,
        by: event.actor,
        origin: Origin::Consultation(data.ruling_id),
    }
}
