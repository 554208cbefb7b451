//! What the service does: one verb per file. The table of contents.
pub mod acknowledge_pull; // what a unit's cursor has passed is delivered
pub mod act_on_order; // sign, respond, progress, request a return or help, reply
pub mod add_helpers; // more units help with a generation
pub mod amend_content; // later documents tell the order as it is now
mod batch; // shared by all that move handlings and tell units
pub mod begin_assignment; // a new generation: tell the lead, the helpers and those who leave
pub mod begin_rework; // another round for the same unit
pub mod claim_deliveries; // take due documents for sending
pub mod close_order; // the end: tell everyone
pub mod contact; // the lead speaks with the caller, without the number
pub mod create_key; // a key for a unit's system
pub mod drop_old; // documents of orders that ended long ago
pub mod end_connections; // nobody stays on NATS with a withdrawn key
pub mod end_order; // it left the hotline before its end: nobody has it any more
pub mod feeds;
pub mod find_key; // whose key is this?
pub mod get_access; // how a unit is reached
pub mod get_order; // one order as its unit may see it
pub mod keep_attachment; // evidence for an order
pub mod keep_directory; // who there is, as routing published it last
pub mod list_deliveries; // what went to a unit and what did not
pub mod list_sub_orders; // orders of the units below one
pub mod log_in; // units on NATS, and what is refused
pub mod measure_backlog; // figures
pub mod pace; // how often senders look for work
pub mod ping_unit; // a test call to a unit's endpoint
pub mod pull_orders; // the next documents after a cursor
pub mod push_webhook; // one document to one endpoint
pub mod put_access; // change how a unit is reached
pub mod read_handling; // what the hotline sees of it, and the evidence
pub mod read_log; // who got, opened, forwarded and did what
pub mod record_deliveries; // what came of pushes
pub mod reject_return; // the unit stays responsible
mod repeats; // when an action of a unit is the same as an earlier one
pub mod replay_deliveries; // a person has documents sent again
pub mod request_appeal; // a unit says that an answer is wrong
pub mod resend_lost; // what is in the stream and will not be read there
pub mod revoke_key; // withdraw a key
pub mod store_order; // keep the content for later documents
pub mod tell_amended; // amended, and the assignment stands
pub mod tell_answer; // a caller's answer went against a unit
pub mod tell_appeal; // what callback says of an appeal
pub mod tell_concerned; // units hear of it whether they have it or not
mod tell_lead; // the lead hears of a part
pub mod tell_supervision; // supervision speaks to the units
pub mod tell_supplemented; // the caller added something
pub mod uphold_return; // the order leaves the unit
pub mod watch_endpoints; // endpoints that fail for too long
pub mod watch_readers; // units on NATS that do not read
pub mod withdraw_order; // nobody is responsible any more

pub use batch::NeverAssigned;
