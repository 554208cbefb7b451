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

    /// What a person says of a request.
    #[must_use]
    pub const fn verdict(granted: bool) -> Self {
        if granted { Self::Granted } else { Self::Denied }
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
    /// Somebody else's request, and no reviewer's word.
    #[error("others review such requests; whoever asked may only take it back")]
    NotReviewer,
    /// It waits for nobody any more.
    #[error("the request was reviewed before, or is over")]
    Over,
    /// Two people, always.
    #[error("nobody grants what they asked for")]
    Own,
}

/// What a person wants to say of a request.
#[derive(Clone, Copy, Debug)]
pub struct Says<'a> {
    /// Who.
    pub by: &'a str,
    /// Whether they review such requests, by their role and the city's policy.
    pub reviews: bool,
    /// What.
    pub verdict: RequestState,
}

/// Whether that may be said of a request that waits, or not any more. It takes a reviewer, and to grant it another person
/// than whoever asked; whoever asked may deny it, and so take it back, whether they review such requests or not.
///
/// # Errors
/// When it may not.
pub fn may_review(waits: bool, requested_by: &str, says: Says<'_>) -> Result<(), NoReview> {
    let own = requested_by == says.by;
    let takes_back = own && says.verdict == RequestState::Denied;
    if !says.reviews && !takes_back {
        Err(NoReview::NotReviewer)
    } else if !waits {
        Err(NoReview::Over)
    } else if own && !takes_back {
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
    fn words_are_read_back() {
        for state in RequestState::ALL {
            assert_eq!(state.word().parse(), Ok(state));
        }
        assert!("lost".parse::<RequestState>().is_err());
    }

    #[test]
    fn it_takes_two_to_grant_and_whoever_asked_may_take_it_back() {
        let (granted, denied) = (RequestState::Granted, RequestState::Denied);
        for (waits, by, reviews, verdict, expected) in [
            (true, "agent:b", true, granted, Ok(())),
            (true, "agent:b", true, denied, Ok(())),
            (true, "agent:b", false, denied, Err(NoReview::NotReviewer)),
            (true, "agent:a", true, granted, Err(NoReview::Own)),
            (true, "agent:a", false, granted, Err(NoReview::NotReviewer)),
            (true, "agent:a", true, denied, Ok(())),
            (true, "agent:a", false, denied, Ok(())),
            (false, "agent:a", true, denied, Err(NoReview::Over)),
            (false, "agent:b", true, granted, Err(NoReview::Over)),
        ] {
            let says = Says { by, reviews, verdict };
            assert_eq!(may_review(waits, "agent:a", says), expected, "{waits} {says:?}");
        }
    }
}
