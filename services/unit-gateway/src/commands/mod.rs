//! WAY IN: commands of units over NATS, request/reply on `unit.<code>.cmd.<verb>`. Same bodies (with `order_id` in
//! them), same use case and same problems as REST.
mod answer; // one command: who asks, what, and the reply
mod listen; // the subscription

pub use listen::task;
