//! What routing does: one verb per file.
//!
//! | File | What | Asked by |
//! |---|---|---|
//! | `assign_order` | decides a new order, or puts it into the manual queue | event |
//! | `request_return` | notes a unit's "not ours" for review | event |
//! | `amend_order` | decides an order again whose matter, place, facts or urgency were corrected | event |
//! | `add_co_handlers` | the lead gets help and stays responsible | event |
//! | `close_order` | the order has ended | event |
//! | `claim_order` | one dispatcher takes an order of the queue | HTTP |
//! | `release_claim` | and lets it go again | HTTP |
//! | `dispatch_order` | a dispatcher names the unit | HTTP |
//! | `review_return` | upheld: the next generation without that unit; rejected: it stays | HTTP |
//! | `rule_order` | a ruling becomes a duty, and assigns every order that waited for it | HTTP |
//! | `enact_ruling` | the same for what a consultation ruled, or the consultation is told why not | event |
//! | `publish_directory` | makes a pack the version that decides | HTTP, all-in-one |
//! | `create_draft`, `edit_draft` | a draft of the directory begins, changes, ends | HTTP |
//! | `review_draft` | differences, lint and preview of a draft | HTTP |
//! | `publish_draft` | a draft becomes the version that decides | HTTP |
//! | `answer_question` | decides without recording | HTTP |
//! | `read_orders`, `read_directory` | what people look at | HTTP |
//! | `replay_decision` | whether a stored decision still comes out the same | HTTP |
//! | `texts` | the text index in use, and what it concludes from title and text | all of them, and a job |
//! | `directories` | the version in use, in memory | all of them, and a job |
//! | `draft_contents` | what the drafts looked at last come to, in memory | the four about drafts |
pub mod add_co_handlers;
pub mod amend_order;
pub mod answer_question;
pub mod assign_order;
mod changes;
pub mod claim_order;
pub mod close_order;
pub mod create_draft;
pub mod directories;
pub mod dispatch_order;
pub mod draft_contents;
mod drafts;
pub mod edit_draft;
pub mod enact_ruling;
pub mod publish_directory;
pub mod publish_draft;
pub mod read_directory;
pub mod read_orders;
pub mod release_claim;
pub mod replay_decision;
pub mod request_return;
pub mod review_draft;
pub mod review_return;
pub mod rule_order;
pub mod texts;

pub use drafts::Draft;
