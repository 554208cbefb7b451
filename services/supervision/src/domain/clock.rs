//! One clock of an order: armed, warned, breached, met or cancelled. Timers call [`Clock::fire`], facts the others.
use chrono::{DateTime, Utc};
use contracts::terms::Limit;
use contracts::words::ClockName;
use worktime::{Extension, Suspension};

/// Why a clock starts when it does.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum StartBasis {
    /// Acceptance of the complaint, or the working day after it.
    Acceptance,
    /// Acceptance, with the city's own limit: no assignment has named one yet.
    DefaultTotal,
    /// Dispatch to the unit.
    Dispatch,
    /// Dispatch to a later unit, although the rule says acceptance: its time is not used up by others.
    NewAssignment,
    /// The unit's signing.
    Signing,
    /// The end of the sign limit, because nobody signed before.
    SignDue,
    /// The rework.
    Rework,
}

/// Everything a due time follows from.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Basis {
    /// The limit; its start rule is the one that is explained.
    pub limit: Limit,
    /// Why it starts then.
    pub start: StartBasis,
    /// When it starts.
    pub started_at: DateTime<Utc>,
    /// Code of the calendar.
    pub calendar: String,
    /// Directory version the calendar was taken from.
    pub directory_version: i64,
    /// Granted on top of the limit.
    pub extensions: Vec<Extension>,
    /// Time that does not count.
    pub pauses: Vec<Suspension>,
    /// A deadline from above: the clock is due no later.
    pub not_after: Option<DateTime<Utc>>,
}

/// Where a clock stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ClockState {
    /// Before its warning.
    Running,
    /// Yellow.
    Warned,
    /// Red.
    Breached,
    /// What was wanted happened then; late when after the due time.
    Met(DateTime<Utc>),
    /// It stopped to matter then.
    Cancelled(DateTime<Utc>),
}

/// What a clock tells the other services.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ClockEffect {
    /// The limit comes near.
    Warned,
    /// The limit has passed.
    Breached,
}

/// One clock of one round.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Clock {
    /// Which.
    pub name: ClockName,
    /// Assignment it belongs to; 0 for the total clock.
    pub generation: i32,
    /// Rework round it belongs to.
    pub rework: i32,
    /// Arming: rises whenever the due time is set anew.
    pub timer_generation: i32,
    /// What the due time follows from.
    pub basis: Basis,
    /// Yellow.
    pub warn_at: DateTime<Utc>,
    /// Red.
    pub due_at: DateTime<Utc>,
    /// Where it stands.
    pub state: ClockState,
    /// When this arming was warned of.
    pub warned_at: Option<DateTime<Utc>>,
    /// When this arming was found late.
    pub breached_at: Option<DateTime<Utc>>,
}

impl Clock {
    /// Running, warned or breached: what it waits for has not happened.
    #[must_use]
    pub const fn is_open(&self) -> bool {
        matches!(
            self.state,
            ClockState::Running | ClockState::Warned | ClockState::Breached
        )
    }

    /// When its next timer fires.
    #[must_use]
    pub const fn fires_at(&self) -> Option<DateTime<Utc>> {
        match self.state {
            ClockState::Running => Some(self.warn_at),
            ClockState::Warned => Some(self.due_at),
            ClockState::Breached | ClockState::Met(_) | ClockState::Cancelled(_) => None,
        }
    }

    /// Time has come to `now`: warns or breaches, never early and once for each arming. A warning whose limit has
    /// passed already is left out.
    pub fn fire(&mut self, now: DateTime<Utc>) -> Option<ClockEffect> {
        if self.fires_at().is_none_or(|at| at > now) {
            return None;
        }
        if self.due_at <= now {
            self.state = ClockState::Breached;
            self.breached_at = Some(now);
            return Some(ClockEffect::Breached);
        }
        self.state = ClockState::Warned;
        self.warned_at = Some(now);
        Some(ClockEffect::Warned)
    }

    /// What it waits for happened at `at`. When that was late and no timer has said so yet, it is said now.
    pub fn meet(&mut self, at: DateTime<Utc>, now: DateTime<Utc>) -> Option<ClockEffect> {
        if self.state == ClockState::Met(at) {
            return None;
        }
        self.state = ClockState::Met(at);
        if at > self.due_at && self.breached_at.is_none() {
            self.breached_at = Some(now);
            return Some(ClockEffect::Breached);
        }
        None
    }

    /// It stops to matter; a clock that is met stays met.
    pub fn cancel(&mut self, at: DateTime<Utc>) {
        if self.is_open() {
            self.state = ClockState::Cancelled(at);
        }
    }

    /// Its due time is set anew: an open clock runs again, with the next arming. One that was warned stays so when the
    /// new warning would have come before: nobody is warned twice of less haste.
    pub fn arm_anew(
        &mut self,
        basis: Basis,
        (warn_at, due_at): (DateTime<Utc>, DateTime<Utc>),
        timer_generation: i32,
    ) {
        self.basis = basis;
        if (self.warn_at, self.due_at) == (warn_at, due_at) {
            return;
        }
        self.warn_at = warn_at;
        self.due_at = due_at;
        self.timer_generation = timer_generation;
        self.breached_at = None;
        let warned = self.state == ClockState::Warned && self.warned_at.is_some_and(|at| at >= warn_at);
        if !warned {
            self.warned_at = None;
            if self.is_open() {
                self.state = ClockState::Running;
            }
        }
    }
}

impl StartBasis {
    /// Every reason.
    pub const ALL: [Self; 7] = [
        Self::Acceptance,
        Self::DefaultTotal,
        Self::Dispatch,
        Self::NewAssignment,
        Self::Signing,
        Self::SignDue,
        Self::Rework,
    ];

    /// The word in the table.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Acceptance => "acceptance",
            Self::DefaultTotal => "default_total",
            Self::Dispatch => "dispatch",
            Self::NewAssignment => "new_assignment",
            Self::Signing => "signing",
            Self::SignDue => "sign_due",
            Self::Rework => "rework",
        }
    }
}

impl ClockState {
    /// The word in the table and the API.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Warned => "warned",
            Self::Breached => "breached",
            Self::Met(_) => "met",
            Self::Cancelled(_) => "cancelled",
        }
    }
}

#[cfg(test)]
mod tests;
