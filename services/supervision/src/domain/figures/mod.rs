//! Figures: what is counted, for whom, and what it is worth. Pure.
mod case;
mod count;
mod exclusion_limits;
mod facts;
mod figure;
mod names;
mod policy;
mod scores;
mod span;
mod steps;

pub use case::{Callback, Case, Due, Exclusion, Incident, Moved, Void};
pub use count::{Counted, count};
pub use exclusion_limits::{ExclusionLimits, OverLimit, Share, month_of};
pub use facts::{
    AssignedFact, CallbackFact, ComplaintFact, FigureFact, IncidentFact, IncidentKind, OutcomeFact,
    RegisteredFact, VoidFact,
};
pub use figure::{Figure, Tally};
pub use names::Names;
pub use policy::{OTHERS, Rule, ScoresPolicy};
#[cfg(test)]
pub(crate) use policy::{PeerGroup, StepRule, Words};
pub use scores::{Entry, Figures, Scorer, UnitScore, ranks};
pub use span::{Period, PeriodKind, Span};
pub use steps::{PushedStep, StepRef};

#[cfg(test)]
pub(crate) mod fixtures;
