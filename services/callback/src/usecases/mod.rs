//! What callback does; one verb per file.
//!
//! - `follow_order`: an order is registered, gets a unit or loses it, or its unit has replied
//! - `record_answer`: a callback agent reports what the caller said
//! - `claim_callbacks`, `put_back`: an agent takes the next call from the queue, or puts it back
//! - `open_appeal`, `review_appeal`: a unit says that an answer is wrong, and the hotline decides
//! - `hear_appeal`: the same, said by the unit's system
//! - `propose_judgement`, `review_judgement`: two people judge a demand
//! - `list_reviews`: what waits for a second look
//! - `messages`: links and results for callers: wanted, sent, answered or not
//! - `publish_policy`: an administrator publishes the city's rules; `policies` reads them for all use cases
//! - `list_callbacks`, `get_callback`: reads
pub mod claim_callbacks;
pub mod follow_order;
pub mod get_callback;
pub mod hear_appeal;
pub mod list_callbacks;
pub mod list_reviews;
pub mod messages;
pub mod open_appeal;
pub mod policies;
pub mod propose_judgement;
pub mod publish_policy;
pub mod put_back;
pub mod record_answer;
pub mod review_appeal;
pub mod review_judgement;
