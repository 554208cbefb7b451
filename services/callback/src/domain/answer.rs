//! What a callback agent reports: nobody reached, or what the caller said, as separate facts.
use contracts::words::Satisfaction;
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
    /// The agent's note; may hold personal data.
    pub remark: String,
    /// Who reports it: `agent:<subject>`.
    pub by: String,
    /// Idempotency-Key of the request, if any.
    pub key: Option<String>,
}

/// A caller who was reached answers all four questions.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Error)]
#[error("{0} must be answered when the caller was reached")]
pub struct MissingField(pub &'static str);
