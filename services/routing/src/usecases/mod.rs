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
//! | `answer_question` | decides without recording | HTTP |
//! | `read_orders`, `read_directory` | what people look at | HTTP |
//! | `texts` | the text index in use, and what it concludes from title and text | all of them, and a job |
//! | `directories` | the version in use, in memory | all of them, and a job |
pub mod answer_question;
pub mod assign_order;
mod changes;
pub mod claim_order;
pub mod close_order;
pub mod directories;
pub mod dispatch_order;
pub mod publish_directory;
pub mod read_directory;
pub mod read_orders;
pub mod request_return;
pub mod review_return;
pub mod texts;
