//! WAY IN: HTTP. Parse, call one use case, render. The table says who may call what.
#![expect(
    unused_qualifications,
    reason = "how utoipa writes the type of a query string that `params` names, too"
)]
mod act; // shared by the actions
mod contact;
mod create_key;
mod evidence; // shared by the downloads
mod follow_orders;
mod get_access;
mod get_attachment;
mod get_evidence;
mod get_handling;
mod get_log;
mod get_order;
mod list_access;
mod list_attachments;
mod list_attempts;
mod list_deliveries;
mod list_denials;
mod list_keys;
mod list_sub_orders;
mod ping_unit;
mod progress_order;
mod pull_orders;
mod put_access;
mod replay_deliveries;
mod reply_order;
mod report_part;
mod request_appeal;
mod request_co_handlers;
mod request_extension;
mod request_return;
mod request_suspension;
mod respond_order;
mod revoke_key;
mod shapes; // answers that several operations share
mod sign_order;
mod upload_attachment;

use crate::ctx::Ctx;
use web::auth::Role;
use web::{Table, routes};

/// Who acts for a unit: its people by token, its system by key. An administrator does not.
const UNIT: &[Role] = &[Role::UnitOperator];
/// Who registers units.
const ADMIN: &[Role] = &[Role::Admin];
/// Who watches deliveries.
const WATCH: &[Role] = &[Role::Admin, Role::Dispatcher, Role::Supervisor];

/// Who reads what units reported, with what is for the hotline only.
const HOTLINE: &[Role] = &[
    Role::Dispatcher,
    Role::CallbackAgent,
    Role::Supervisor,
    Role::Auditor,
];

/// Every route.
#[must_use]
pub fn table(ctx: Ctx) -> Table {
    Table::new(crate::SERVICE, env!("CARGO_PKG_VERSION"))
        .add(routes!(pull_orders::pull_orders), UNIT)
        .add(routes!(follow_orders::follow_orders), UNIT)
        .add(routes!(get_order::get_order), UNIT)
        .add(routes!(sign_order::sign_order), UNIT)
        .add(routes!(respond_order::respond_order), UNIT)
        .add(routes!(progress_order::progress_order), UNIT)
        .add(routes!(request_return::request_return), UNIT)
        .add(routes!(request_extension::request_extension), UNIT)
        .add(routes!(request_suspension::request_suspension), UNIT)
        .add(routes!(report_part::report_part), UNIT)
        .add(routes!(request_co_handlers::request_co_handlers), UNIT)
        .add(routes!(reply_order::reply_order), UNIT)
        .add(routes!(request_appeal::request_appeal), UNIT)
        .add_large(
            routes!(upload_attachment::upload_attachment),
            UNIT,
            ctx.config.attachments.max_bytes,
        )
        .add(routes!(list_attachments::list_attachments), UNIT)
        .add(routes!(get_attachment::get_attachment), UNIT)
        .add(routes!(list_sub_orders::list_sub_orders), UNIT)
        .add(routes!(contact::ask_contact), UNIT)
        .add(routes!(contact::call_caller), UNIT)
        .add(routes!(get_log::get_log), &[Role::Supervisor, Role::Auditor])
        .add(routes!(get_handling::get_handling), HOTLINE)
        .add(routes!(get_evidence::get_evidence), HOTLINE)
        .add(routes!(put_access::put_access), ADMIN)
        .add(routes!(get_access::get_access), WATCH)
        .add(routes!(list_access::list_access), WATCH)
        .add(routes!(create_key::create_key), ADMIN)
        .add(routes!(list_keys::list_keys), ADMIN)
        .add(routes!(revoke_key::revoke_key), ADMIN)
        .add(routes!(list_deliveries::list_deliveries), WATCH)
        .add(routes!(list_denials::list_denials), WATCH)
        .add(routes!(list_attempts::list_attempts), WATCH)
        .add(routes!(ping_unit::ping_unit), ADMIN)
        .add(routes!(replay_deliveries::replay_deliveries), WATCH)
        .with_state(ctx)
}
