//! What a unit says over NATS beside the commands that move its order: what the document of it tells.
use super::{appeal, contact};
use serde_json::Value;
use utoipa::openapi::{RefOr, Schema};

/// One of them.
pub struct Question {
    /// The last word of the subject.
    pub name: &'static str,
    /// What it asks, for programmers.
    pub meaning: &'static str,
    /// Who may ask it, and when.
    pub who: &'static str,
    /// The end of its address over REST, after `/v1/units/{unit}/orders/{order_id}/`.
    pub address: &'static str,
    /// The name of the body's schema.
    pub body: fn() -> String,
    /// The body's schema, without `order_id` and what else stands in the address.
    pub schema: fn() -> RefOr<Schema>,
    /// The name of the answer's schema.
    pub answer: fn() -> String,
    /// The answer's schema.
    pub answer_schema: fn() -> RefOr<Schema>,
    /// A body, without `order_id`.
    pub example: fn() -> Value,
    /// An answer.
    pub answered: fn() -> Value,
}

impl std::fmt::Debug for Question {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Question")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

/// All of them.
pub fn all() -> impl Iterator<Item = &'static Question> {
    contact::QUESTIONS
        .iter()
        .chain(std::iter::once(&appeal::QUESTION))
}
