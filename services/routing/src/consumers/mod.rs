//! Events of other services.
//!
//! | Event | Handler | Use case |
//! |---|---|---|
//! | `intake.order.registered` | `on_order_registered` | `assign_order` |
//! | `unit-gateway.order.return_requested` | `on_order_return_requested` | `request_return` |
//! | `intake.order.amended` | `on_order_amended` | `amend_order` |
//! | `unit-gateway.order.co_handlers_requested` | `on_order_co_handlers_requested` | `add_co_handlers` |
//! | `callback.order.closed` | `on_order_closed` | `close_order` |
//! | `intake.order.withdrawn` | `on_order_withdrawn` | `close_order` |
//! | `supervision.ruling.made` | `on_ruling_made` | `enact_ruling` |
mod on_order_amended;
mod on_order_closed;
mod on_order_co_handlers_requested;
mod on_order_registered;
mod on_order_return_requested;
mod on_order_withdrawn;
mod on_ruling_made;

use crate::usecases::directories::Directories;
use crate::usecases::texts::Texts;
use bus::Handler;

const SERVICE: &str = "routing";

/// All handlers.
#[must_use]
pub fn handlers(directories: &Directories, texts: &Texts) -> Vec<Box<dyn Handler>> {
    vec![
        // First: a ruling locks directory and queue whole, and must not hold a place in the queue while it waits for them.
        on_ruling_made::handler(directories.clone()),
        on_order_registered::handler(directories.clone(), texts.clone()),
        on_order_return_requested::handler(directories.clone()),
        on_order_amended::handler(directories.clone(), texts.clone()),
        on_order_co_handlers_requested::handler(directories.clone()),
        on_order_closed::handler(),
        on_order_withdrawn::handler(),
    ]
}
