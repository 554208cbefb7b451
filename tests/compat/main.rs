//! What the last release has written, today's programs read: the frozen snapshots of `shared/contracts` are the
//! record of old messages, and they go through the way that consumers read by.
mod recorded;
mod services;
