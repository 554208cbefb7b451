//! `intake.order.registered` → `assign_order`.
use super::SERVICE;
use crate::domain::decide::{Place, Question};
use crate::domain::order::{Order, OrderState};
use crate::usecases::assign_order::{AssignOrder, AssignRefused};
use crate::usecases::directories::Directories;
use crate::usecases::texts::Texts;
use bus::{Handler, Verdict};
use contracts::directory::PlaceV1;
use contracts::envelope::Envelope;
use contracts::intake::OrderRegisteredV1;

pub(super) fn handler(directories: Directories, texts: Texts) -> Box<dyn Handler> {
    bus::on(
        SERVICE,
        "on_order_registered",
        AssignOrder { directories, texts },
        command,
        |refusal| match refusal {
            AssignRefused::NoDirectory => Verdict::Retry(refusal.to_string()),
        },
    )
}

fn command(event: Envelope<OrderRegisteredV1>) -> Order {
    let data = event.data;
    Order {
        order_id: data.order_id,
        correlation_id: event.correlation_id,
        order_number: data.order_number,
        title: data.title,
        text: data.text,
        question: Question {
            accepted_at: data.accepted_at,
            kind: Some(data.kind),
            urgency: Some(data.urgency),
            matter: data.matter,
            place: place(data.place),
            facts: data.facts,
            excluded: Vec::new(),
            concluded: None,
        },
        state: OrderState::Undecided,
        generation: 0,
    }
}

fn place(place: PlaceV1) -> Place {
    Place {
        division: place.division,
        point: place.longitude.zip(place.latitude),
        address: place.address,
        hints: Vec::new(),
    }
}
