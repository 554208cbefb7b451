//! What routing does: one verb per file.
//!
//! | File | What | Asked by |
//! |---|---|---|
//! | `assign_order` | decides a new order, or puts it into the manual queue | event |
//! | `request_return` | notes a unit's "not ours" for review | event |
//! | `close_order` | the order has ended | event |
//! | `claim_order` | one dispatcher takes an order of the queue | HTTP |
//! | `dispatch_order` | a dispatcher names the unit | HTTP |
//! | `review_return` | upheld: the next generation without that unit; rejected: it stays | HTTP |
//! | `publish_directory` | makes a pack the version that decides | HTTP, all-in-one |
//! | `create_draft`, `edit_draft` | a draft of the directory begins, changes, ends | HTTP |
//! | `review_draft` | differences, lint and preview of a draft | HTTP |
//! | `publish_draft` | a draft becomes the version that decides | HTTP |
//! | `answer_question` | decides without recording | HTTP |
//! | `read_orders`, `read_directory` | what people look at | HTTP |
//! | `directories` | the version in use, in memory | all of them, and a job |
pub mod answer_question;
pub mod assign_order;
mod changes;
pub mod claim_order;
pub mod close_order;
pub mod create_draft;
pub mod directories;
pub mod dispatch_order;
mod drafts;
pub mod edit_draft;
pub mod publish_directory;
pub mod publish_draft;
pub mod read_directory;
pub mod read_orders;
pub mod request_return;
pub mod review_draft;
pub mod review_return;

pub use drafts::Draft;
