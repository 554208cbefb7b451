//! `unit-gateway.appeal.requested` → `hear_appeal`.
use super::never;
use crate::usecases::hear_appeal::{Command, HearAppeal};
use crate::usecases::open_appeal::{self, OpenAppeal};
use crate::usecases::policies::PolicyShelf;
use bus::Handler;
use contracts::envelope::Envelope;
use contracts::unit_gateway::AppealRequestedV1;

pub(super) fn handler(policies: PolicyShelf) -> Box<dyn Handler> {
    let work = HearAppeal {
        open: OpenAppeal { policies },
    };
    bus::on::<AppealRequestedV1, _, _, _>("callback", "on_appeal_requested", work, command, never)
}

fn command(event: Envelope<AppealRequestedV1>) -> Command {
    let data = event.data;
    Command {
        order_id: data.order_id,
        appeal: open_appeal::Command {
            callback_id: data.callback_id,
            by: format!("unit:{}", data.unit),
            unit: data.unit.0,
            ground: data.ground,
            said_at: Some(data.requested_at),
        },
    }
}
