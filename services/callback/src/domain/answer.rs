//! What a callback agent reports: nobody reached, or what the caller said, as separate facts.
use contracts::ids::CallbackId;
use contracts::words::{CallbackWay, Satisfaction};
use thiserror::Error;

/// What the caller said.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Said {
    /// Did the unit contact the caller?
    pub contacted: bool,
    /// Is it solved?
    pub solved: bool,
    /// Satisfied with the result?
    pub result: Satisfaction,
    /// Satisfied with the attitude?
    pub attitude: Satisfaction,
}

impl Said {
    /// All four, or the first that is missing.
    ///
    /// # Errors
    /// [`MissingField`] with its name.
    pub fn complete(
        contacted: Option<bool>,
        solved: Option<bool>,
        result: Option<Satisfaction>,
        attitude: Option<Satisfaction>,
    ) -> Result<Self, MissingField> {
        Ok(Self {
            contacted: contacted.ok_or(MissingField("contacted"))?,
            solved: solved.ok_or(MissingField("solved"))?,
            result: result.ok_or(MissingField("result"))?,
            attitude: attitude.ok_or(MissingField("attitude"))?,
        })
    }
}

/// One answer of a callback agent.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Answer {
    /// What the caller said; `None` = not reached.
    pub said: Option<Said>,
    /// With nobody to call: does the hotline take the matter as solved?
    pub judged: Option<bool>,
    /// The agent's note, numbers masked; it may still hold a name.
    pub remark: String,
    /// Who reports it: `agent:<subject>`.
    pub by: String,
    /// Idempotency-Key of the request, if any.
    pub key: Option<String>,
    /// How the caller was asked; `None` = as the policy says for this attempt.
    pub way: Option<CallbackWay>,
    /// The task at which one call answered several, when it is another one.
    pub asked_with: Option<CallbackId>,
}

/// A caller who was reached answers all four questions; the desk, in the caller's place, one.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Error)]
#[error(
    "{0} must be answered: all four questions when the caller was reached, solved when nobody can be called"
)]
pub struct MissingField(pub &'static str);
