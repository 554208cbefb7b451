//! The table of (direction × state × step). What is said twice changes nothing; what comes too late is refused by name.
use super::TransferState;
use contracts::words::TransferDirection;
use std::fmt;
use thiserror::Error;

/// What happens to a transfer. Both sides take the same steps, each when it learns of them.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Step {
    /// The receiver says yes. At the sender this decides.
    Accept,
    /// The sender has decided that the receiver's yes counts.
    Confirm,
    /// The receiver says no.
    Refuse,
    /// In a three-way call both agreed that the receiver takes it.
    Agree,
    /// In a three-way call they did not agree.
    Keep,
    /// Nobody answered in time.
    Lapse,
    /// The sender takes the offer back.
    Withdraw,
    /// The receiver says how the case ended.
    Complete,
}

/// A step that the table does not have.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Error)]
#[error("a transfer that is {state} cannot take the step {step}")]
pub struct IllegalStep {
    /// Where it stands.
    pub state: TransferState,
    /// What was tried.
    pub step: Step,
}

impl Step {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Accept,
        Self::Confirm,
        Self::Refuse,
        Self::Agree,
        Self::Keep,
        Self::Lapse,
        Self::Withdraw,
        Self::Complete,
    ];

    /// The word in problems and logs.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Accept => "accept",
            Self::Confirm => "confirm",
            Self::Refuse => "refuse",
            Self::Agree => "agree",
            Self::Keep => "keep",
            Self::Lapse => "lapse",
            Self::Withdraw => "withdraw",
            Self::Complete => "complete",
        }
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl TransferState {
    /// The next state.
    ///
    /// # Errors
    /// When the step cannot be taken.
    pub const fn after(self, direction: TransferDirection, step: Step) -> Result<Self, IllegalStep> {
        use TransferDirection::{Incoming, Outgoing};
        use TransferState as S;
        Ok(match (direction, self, step) {
            // The sender decides, in one transaction: until here it owns the case, from here on it does not.
            (Outgoing, S::Offered | S::Agreed, Step::Accept) => S::Accepted,
            (Incoming, S::Offered | S::Agreed, Step::Accept) => S::Accepting,
            // The sender's word, which the receiver's own record never contradicts.
            (Incoming, S::Offered | S::Agreed | S::Accepting, Step::Confirm) => S::Accepted,
            (_, S::Offered, Step::Refuse) => S::Refused,
            (_, S::Offered | S::Refused, Step::Agree) => S::Agreed,
            (_, S::Offered | S::Agreed | S::Refused, Step::Keep) | (Incoming, S::Accepting, Step::Keep) => {
                S::Kept
            }
            (_, S::Offered | S::Agreed, Step::Lapse) | (Incoming, S::Accepting, Step::Lapse) => S::Lapsed,
            (_, S::Offered | S::Agreed, Step::Withdraw) | (Incoming, S::Accepting, Step::Withdraw) => {
                S::Withdrawn
            }
            (_, S::Accepted, Step::Complete) => S::Completed,
            // Said twice.
            (Incoming, S::Accepting | S::Accepted | S::Completed, Step::Accept)
            | (Outgoing, S::Accepted | S::Completed, Step::Accept)
            | (Incoming, S::Accepted | S::Completed, Step::Confirm)
            | (_, S::Refused, Step::Refuse)
            | (_, S::Agreed, Step::Agree)
            | (_, S::Kept, Step::Keep)
            | (_, S::Lapsed, Step::Lapse)
            | (_, S::Withdrawn, Step::Withdraw)
            | (_, S::Completed, Step::Complete) => self,
            _ => return Err(IllegalStep { state: self, step }),
        })
    }
}
