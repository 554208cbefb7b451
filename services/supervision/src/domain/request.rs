//! What requests 申请 have in common, for more time 延期, rest 挂起 or exclusion 剔除: where one stands, and who may review it.
use thiserror::Error;

/// Where a request stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RequestState {
    /// It waits for a person.
    Requested,
    /// Granted, whole or in part.
    Granted,
    /// Denied, by a person or by a rule of the city.
    Denied,
    /// Over before anybody decided.
    Lapsed,
}

impl RequestState {
    /// Every state.
    pub const ALL: [Self; 4] = [Self::Requested, Self::Granted, Self::Denied, Self::Lapsed];

    /// The word in tables and answers.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Requested => "requested",
            Self::Granted => "granted",
            Self::Denied => "denied",
            Self::Lapsed => "lapsed",
        }
    }

    /// Whether that may become of it.
    #[must_use]
    pub const fn may_become(self, next: Self) -> bool {
        match (self, next) {
            (Self::Requested, Self::Granted | Self::Denied | Self::Lapsed) => true,
            (Self::Requested, Self::Requested) | (Self::Granted | Self::Denied | Self::Lapsed, _) => false,
        }
    }
}

impl std::str::FromStr for RequestState {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let known = Self::ALL.into_iter().find(|state| state.word() == text);
        known.ok_or_else(|| format!("{text} is no state of a request"))
    }
}

/// Why nobody may review a request now, or this person may not.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Error)]
pub enum NoReview {
    /// It waits for nobody any more.
    #[error("the request was reviewed before, or is over")]
    Over,
    /// Two people, always.
    #[error("nobody reviews what they asked for")]
    Own,
}

/// Whether a person may review a request.
///
/// # Errors
/// When it waits no more, or is their own.
pub fn may_review(waits: bool, requested_by: &str, by: &str) -> Result<(), NoReview> {
    if !waits {
        Err(NoReview::Over)
    } else if requested_by == by {
        Err(NoReview::Own)
    } else {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_decided_once() {
        let mut table = String::from("          ");
        for next in RequestState::ALL {
            table += &format!("{:>10}", next.word());
        }
        for state in RequestState::ALL {
            table += &format!("\n{:10}", state.word());
            for next in RequestState::ALL {
                table += &format!("{:>10}", if state.may_become(next) { "may" } else { "-" });
            }
        }
        let expected = "\
           requested   granted    denied    lapsed
requested          -       may       may       may
granted            -         -         -         -
denied             -         -         -         -
lapsed             -         -         -         -";
        assert_eq!(table.trim_start(), expected);
    }

    #[test]
    fn words_are_read_back_and_nobody_reviews_their_own() {
        for state in RequestState::ALL {
            assert_eq!(state.word().parse(), Ok(state));
        }
        assert!("lost".parse::<RequestState>().is_err());
        assert_eq!(may_review(true, "agent:a", "agent:b"), Ok(()));
        assert_eq!(may_review(true, "agent:a", "agent:a"), Err(NoReview::Own));
        assert_eq!(may_review(false, "agent:a", "agent:b"), Err(NoReview::Over));
    }
}
