//! The states of an order, and their words.

/// Where an order stands (`domain.md` §3).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum OrderState {
    /// Known, nobody responsible yet.
    Registered,
    /// Nobody could be named.
    Undecided,
    /// Nobody owns it; a ruling must say who does.
    Disputed,
    /// With a unit.
    Assigned,
    /// The unit took it.
    Signed,
    /// The unit made contact.
    Responded,
    /// The unit says it is done.
    Replied,
    /// The caller is being asked.
    CallingBack,
    /// The end.
    Closed,
}

impl OrderState {
    /// Every state, in the order of a life.
    pub const ALL: [Self; 9] = [
        Self::Registered,
        Self::Undecided,
        Self::Disputed,
        Self::Assigned,
        Self::Signed,
        Self::Responded,
        Self::Replied,
        Self::CallingBack,
        Self::Closed,
    ];

    /// The word in the table and the API.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Registered => "registered",
            Self::Undecided => "undecided",
            Self::Disputed => "disputed",
            Self::Assigned => "assigned",
            Self::Signed => "signed",
            Self::Responded => "responded",
            Self::Replied => "replied",
            Self::CallingBack => "calling_back",
            Self::Closed => "closed",
        }
    }
}
