//! Scores of a month: live while it is open, frozen when it is closed, corrected by later revisions.
mod close;
mod lines;
mod read;
mod request;

pub use crate::store::scores::{LineRow, RevisionRow};
pub use close::{ClosePeriod, close_next};
pub use read::{Scores, check, entries, scores};
pub use request::{Command as RequestCommand, RequestClosing, RequestRefused};
