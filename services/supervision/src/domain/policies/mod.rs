//! What the city decides about supervision, as documents in TOML: each has a name, a compiled-in default, and a check
//! that names the field at fault. A new kind of document is one line in [`KINDS`].
mod ladder;
mod triggers;

use crate::domain::emerging::EmergingPolicy;
use crate::domain::figures::ScoresPolicy;
use serde::de::DeserializeOwned;
use thiserror::Error;

pub use ladder::{Answer, Extensions, Ladder, Level, MetBy, Review, Reviewer, Suspensions};
pub use triggers::{Trigger, When};

/// Why a document is refused.
#[derive(Clone, PartialEq, Eq, Debug, Error)]
#[error("{field}: {problem}")]
pub struct Fault {
    /// Path of the field, `triggers[2].level`; `.` = the document.
    pub field: String,
    /// What is wrong with it.
    pub problem: String,
}

impl Fault {
    /// A fault of one field.
    #[must_use]
    pub fn new(field: impl Into<String>, problem: impl Into<String>) -> Self {
        Self {
            field: field.into(),
            problem: problem.into(),
        }
    }
}

/// One kind of policy document.
pub trait Document: DeserializeOwned + Send + Sync + 'static {
    /// Its name, in the address and in the table.
    const NAME: &'static str;
    /// What holds while the city has put none.
    const DEFAULT: &'static str;

    /// Checks what the shape alone does not.
    ///
    /// # Errors
    /// Names the field.
    fn check(&self) -> Result<(), Fault>;
}

/// Reads a document.
///
/// # Errors
/// Names the field that is unknown, missing, or says what it cannot say.
pub fn read<D: Document>(text: &str) -> Result<D, Fault> {
    let parser = toml::Deserializer::parse(text).map_err(|error| Fault::new(".", error.message()))?;
    let document: D = serde_path_to_error::deserialize(parser)
        .map_err(|error| Fault::new(error.path().to_string(), error.inner().message()))?;
    document.check()?;
    Ok(document)
}

/// A kind as a value.
pub struct Kind {
    /// Its name.
    pub name: &'static str,
    /// Its default.
    pub default: &'static str,
    /// Whether a text is one.
    pub check: fn(&str) -> Result<(), Fault>,
}

const fn kind<D: Document>() -> Kind {
    Kind {
        name: D::NAME,
        default: D::DEFAULT,
        check: |text| read::<D>(text).map(drop),
    }
}

/// Every kind there is.
pub const KINDS: &[Kind] = &[kind::<Ladder>(), kind::<ScoresPolicy>(), kind::<EmergingPolicy>()];

/// The kind with this name.
#[must_use]
pub fn find(name: &str) -> Option<&'static Kind> {
    KINDS.iter().find(|kind| kind.name == name)
}

#[cfg(test)]
mod tests;
