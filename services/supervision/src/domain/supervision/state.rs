//! Where a supervision order 督办 stands: one table of (state × act). Every pair that is not in it is refused.

/// Where it stands.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum State {
    /// Its first rung waits for a person to open it.
    Proposed,
    /// The unit must answer.
    Open,
    /// The limit of the rung has passed, and nothing opened by itself: a person decides.
    Overdue,
    /// The answer waits for its review.
    Answered,
    /// The answer is good; what it promises remains to be carried out.
    Accepted,
    /// 销号: the end.
    Discharged,
}

/// What can be done with it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Act {
    /// A person opens the rung that is proposed.
    Open,
    /// A higher rung is opened.
    Escalate,
    /// The limit of the rung has passed.
    Expire,
    /// What the rung demands is brought.
    Answer,
    /// The answer is found good.
    Accept,
    /// The answer is found wanting; the unit must answer again.
    Reject,
    /// It comes to its end.
    Discharge,
}

impl State {
    /// Every state, in the order of a life.
    pub const ALL: [Self; 6] = [
        Self::Proposed,
        Self::Open,
        Self::Overdue,
        Self::Answered,
        Self::Accepted,
        Self::Discharged,
    ];

    /// The word in the table and the API.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Proposed => "proposed",
            Self::Open => "open",
            Self::Overdue => "overdue",
            Self::Answered => "answered",
            Self::Accepted => "accepted",
            Self::Discharged => "discharged",
        }
    }

    /// The state after an act; `None` = the act is refused.
    #[must_use]
    pub const fn after(self, act: Act) -> Option<Self> {
        Some(match (self, act) {
            (Self::Proposed, Act::Answer | Act::Accept | Act::Reject | Act::Expire)
            | (Self::Open, Act::Accept | Act::Reject)
            | (Self::Overdue, Act::Accept | Act::Reject | Act::Expire)
            | (Self::Answered, Act::Answer | Act::Expire)
            | (Self::Accepted, Act::Answer | Act::Accept | Act::Reject | Act::Expire)
            | (Self::Discharged, _) => return None,
            (_, Act::Open | Act::Escalate) | (Self::Answered, Act::Reject) => Self::Open,
            (Self::Open, Act::Expire) => Self::Overdue,
            (Self::Open | Self::Overdue, Act::Answer) => Self::Answered,
            (Self::Answered, Act::Accept) => Self::Accepted,
            (_, Act::Discharge) => Self::Discharged,
        })
    }
}

impl Act {
    /// Every act.
    #[cfg(test)]
    const ALL: [Self; 7] = [
        Self::Open,
        Self::Escalate,
        Self::Expire,
        Self::Answer,
        Self::Accept,
        Self::Reject,
        Self::Discharge,
    ];

    /// The word in messages.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Escalate => "escalate",
            Self::Expire => "expire",
            Self::Answer => "answer",
            Self::Accept => "accept",
            Self::Reject => "reject",
            Self::Discharge => "discharge",
        }
    }
}

impl std::str::FromStr for State {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let known = Self::ALL.into_iter().find(|state| state.word() == text);
        known.ok_or_else(|| format!("{text} is no state of a supervision order"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_state_meets_every_act() {
        let mut table = String::from("           ");
        for act in Act::ALL {
            table += &format!("{:>11}", act.word());
        }
        for state in State::ALL {
            table += &format!("\n{:11}", state.word());
            for act in Act::ALL {
                table += &format!("{:>11}", state.after(act).map_or("-", State::word));
            }
        }
        println!("{table}");
        let expected = "\
                  open   escalate     expire     answer     accept     reject  discharge
proposed          open       open          -          -          -          - discharged
open              open       open    overdue   answered          -          - discharged
overdue           open       open          -   answered          -          - discharged
answered          open       open          -          -   accepted       open discharged
accepted          open       open          -          -          -          - discharged
discharged           -          -          -          -          -          -          -";
        assert_eq!(table.trim_start(), expected);
    }

    #[test]
    fn words_are_read_back() {
        for state in State::ALL {
            assert_eq!(state.word().parse(), Ok(state));
        }
        assert!("lost".parse::<State>().is_err());
    }
}
