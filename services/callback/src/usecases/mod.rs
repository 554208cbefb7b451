//! What callback does; one verb per file.
//!
//! - `follow_order`: an order is registered, gets a unit or loses it, or its unit has replied
//! - `record_answer`: a callback agent reports what the caller said
//! - `claim_callbacks`, `put_back`: an agent takes the next call from the queue, or puts it back
//! - `publish_policy`: an administrator publishes the city's rules; `policies` reads them for all use cases
//! - `list_callbacks`, `get_callback`: reads
pub mod claim_callbacks;
pub mod follow_order;
pub mod get_callback;
pub mod list_callbacks;
pub mod policies;
pub mod publish_policy;
pub mod put_back;
pub mod record_answer;
