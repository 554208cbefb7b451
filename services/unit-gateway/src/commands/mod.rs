//! WAY IN: commands of units over NATS, request/reply on `unit.<code>.cmd.<verb>`. Same bodies (with `order_id` in
//! them), same use case and same problems as REST.
mod answer; // one command: who asks, what, and the reply
mod listen; // the subscription
mod login; // the server asks who a caller is
mod rates; // how many commands of one unit

pub use listen::task;
pub use login::task as logins;
