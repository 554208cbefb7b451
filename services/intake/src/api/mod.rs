//! Way in: HTTP. The table of routes with who may call each.
#![expect(
    unused_qualifications,
    reason = "how utoipa writes the type of a query string that `params` names, too"
)]
mod amend_order;
mod apps;
mod decide_transfer;
mod error;
mod fetch_identity;
mod find_similar;
mod get_complaint;
mod get_progress;
mod list_complaints;
mod list_identity_accesses;
mod list_relays;
mod list_transfers;
mod offer_transfer;
mod open311;
mod open_relay;
mod peer_asks;
mod peer_door;
mod peer_keys;
mod peer_links;
mod peer_signing_keys;
mod peers;
mod register_complaint;
mod register_request;
mod relay_call;
mod reply_addresses;
mod reveal_identity;
mod send_message;
mod supplement_complaint;
mod transfer_error;
mod transfer_views;
mod views;
mod withdraw_complaint;

pub use error::{TEXTS, database};
pub use peer_asks::task as peer_asks;
pub use peer_keys::{PEER_KEY_PREFIX, peer_key_hash};

use crate::ctx::Ctx;
use web::auth::Role;
use web::{Table, routes};

const READERS: &[Role] = &[Role::Agent, Role::Supervisor, Role::Auditor, Role::Admin];
/// Everybody who can be recognised reaches the vault's door: whether it opens is decided, and written down, behind it.
const EVERYBODY: &[Role] = &Role::ALL;

const DESK: &[Role] = &[Role::Agent, Role::Dispatcher, Role::Supervisor, Role::Admin];
/// Who reads transfers: the desk, and callback agents, because a taken-over case's caller is known to its sender only.
const READERS_AND_CALLBACK: &[Role] = &[
    Role::Agent,
    Role::Dispatcher,
    Role::CallbackAgent,
    Role::Supervisor,
    Role::Auditor,
    Role::Admin,
];
const PEER: &[Role] = &[Role::Peer];

/// Cases handed between hotlines: the desk's side, the administrator's, and the door for other hotlines.
fn transfers(table: Table<Ctx>) -> Table<Ctx> {
    let readers = &[
        Role::Agent,
        Role::Dispatcher,
        Role::Supervisor,
        Role::Auditor,
        Role::Admin,
    ];
    table
        .add(routes!(offer_transfer::offer_transfer), DESK)
        .add(routes!(list_transfers::list_transfers), READERS_AND_CALLBACK)
        .add(routes!(list_transfers::get_transfer), readers)
        .add(routes!(list_transfers::clear_alarm), DESK)
        .add(routes!(decide_transfer::accept_transfer), DESK)
        .add(routes!(decide_transfer::refuse_transfer), DESK)
        .add(routes!(decide_transfer::record_call), DESK)
        .add(routes!(decide_transfer::withdraw_transfer), DESK)
        .add(routes!(decide_transfer::complete_transfer), DESK)
        .add(
            routes!(fetch_identity::fetch_identity),
            &[Role::Agent, Role::CallbackAgent, Role::Supervisor],
        )
        .add(routes!(peers::list_peers), readers)
        .add(routes!(peers::put_peer), &[Role::Admin])
        .add(
            routes!(peer_keys::issue_keys, peer_keys::list_keys),
            &[Role::Admin],
        )
        .add(routes!(peer_keys::end_key), &[Role::Admin])
        .add(routes!(peer_keys::keep_access), &[Role::Admin])
        .add(
            routes!(
                peer_signing_keys::make_signing_key,
                peer_signing_keys::list_signing_keys
            ),
            &[Role::Admin],
        )
        .add(routes!(peer_signing_keys::end_signing_key), &[Role::Admin])
        .add(routes!(peer_links::nats_configuration), &[Role::Admin])
        .add(routes!(peers::get_reconciliation), readers)
        .add(routes!(peers::reconcile), &[Role::Supervisor, Role::Admin])
        .add(routes!(peer_door::hear_peer), PEER)
        .add(routes!(peer_door::reveal_to_peer), PEER)
        .add(routes!(peer_door::standings), PEER)
}

/// The routes of intake.
#[must_use]
pub fn table(ctx: Ctx) -> Table {
    let table = Table::new("intake", env!("CARGO_PKG_VERSION"));
    open311::add(transfers(table))
        .add(
            routes!(reply_addresses::list_reply_addresses),
            &[Role::Agent, Role::Supervisor, Role::Auditor, Role::Admin],
        )
        .add(routes!(reply_addresses::put_reply_address), &[Role::Admin])
        .add(routes!(reply_addresses::make_reply_secret), &[Role::Admin])
        .add(routes!(apps::list_apps), &[Role::Auditor, Role::Admin])
        .add(routes!(apps::put_app), &[Role::Admin])
        .add(routes!(apps::issue_app_key), &[Role::Admin])
        .add(
            routes!(register_complaint::register_complaint),
            &[Role::Agent, Role::Admin],
        )
        .add(
            routes!(amend_order::amend_order),
            &[Role::Agent, Role::Dispatcher, Role::Admin],
        )
        .add(
            routes!(withdraw_complaint::withdraw_complaint),
            &[Role::Agent, Role::Admin],
        )
        .add(
            routes!(withdraw_complaint::withdraw_order),
            &[Role::Agent, Role::Admin],
        )
        .add(
            routes!(supplement_complaint::supplement_complaint),
            &[Role::Agent, Role::CallbackAgent, Role::Admin],
        )
        .add(
            routes!(find_similar::find_similar),
            &[Role::Agent, Role::Dispatcher, Role::Admin],
        )
        .add(routes!(list_complaints::list_complaints), READERS)
        .add(routes!(get_complaint::get_complaint), READERS)
        .add(routes!(get_progress::get_progress), READERS)
        .add(routes!(reveal_identity::reveal_identity), EVERYBODY)
        .add(routes!(send_message::send_message), &[Role::Service])
        .add(routes!(open_relay::open_relay), &[Role::Service])
        .add(routes!(relay_call::relay_call), &[Role::Service])
        .add(
            routes!(list_relays::list_relays),
            &[Role::Supervisor, Role::Auditor],
        )
        .add(
            routes!(list_identity_accesses::list_identity_accesses),
            &[Role::Auditor],
        )
        .with_state(ctx)
}
