//! How what others report moves an order.
//!
//! Facts of others are never illegal here. Those of one service come in order, those of different services need not
//! (a stream that was rebuilt is filled by each on its own). So a unit's fact may come before the assignment it
//! builds on: it is believed at once, and the assignment fills in the unit's name when it comes. What is older than
//! what is known is stale and moves nothing. However the facts of the services are woven together, the end is the
//! same; a property test says so.
use super::{Handling, OrderEvent, OrderState, Reply};
use chrono::{DateTime, Utc};

impl OrderState {
    /// The state after `event`; `None` when the event is stale and moves nothing.
    #[must_use]
    pub fn after(&self, event: &OrderEvent) -> Option<Self> {
        match event {
            OrderEvent::Assigned {
                unit_code,
                unit_name,
                generation,
                at,
                ..
            } => {
                let implied = Handling::implied(unit_code, *generation);
                self.assigned(&implied, unit_name, *at)
            }
            OrderEvent::Undecided => self.undecided(),
            OrderEvent::Signed {
                unit_code,
                generation,
                at,
            } => self.signed(self.current(unit_code, *generation)?, *at),
            OrderEvent::Responded {
                unit_code,
                generation,
                at,
            } => self.responded(self.current(unit_code, *generation)?, *at),
            OrderEvent::Replied {
                unit_code,
                generation,
                rework,
                reply,
            } => self.replied(self.current(unit_code, *generation)?, *rework, reply),
            OrderEvent::Reworked {
                unit_code,
                generation,
                rework,
            } => self.reworked(self.current(unit_code, *generation)?, *rework),
            OrderEvent::Closed { outcome, at } => self.is_open().then(|| Self::Closed {
                handling: self.handling().cloned(),
                reply: self.reply().cloned(),
                outcome: *outcome,
                at: *at,
            }),
        }
    }

    fn assigned(&self, implied: &Handling, unit_name: &str, at: DateTime<Utc>) -> Option<Self> {
        let named = |handling: &Handling| Handling {
            unit_name: Some(unit_name.to_owned()),
            assigned_at: Some(at),
            ..handling.clone()
        };
        match self.handling() {
            // The unit was faster than routing: only its name is news.
            Some(handling) if handling.generation == implied.generation && handling.unit_name.is_none() => {
                Some(self.handled_by(named(handling)))
            }
            _ if implied.generation <= self.generation() => None,
            _ if self.is_open() => Some(Self::Assigned(named(implied))),
            _ => Some(self.handled_by(named(implied))),
        }
    }

    fn signed(&self, handling: Handling, at: DateTime<Utc>) -> Option<Self> {
        let further = matches!(self, Self::Signed(_) | Self::Responded(_) | Self::Replied(..));
        if !self.is_open() || (further && self.speaks_of(&handling)) {
            return None;
        }
        Some(Self::Signed(Handling {
            signed_at: Some(at),
            ..handling
        }))
    }

    fn responded(&self, handling: Handling, at: DateTime<Utc>) -> Option<Self> {
        let further = matches!(self, Self::Responded(_) | Self::Replied(..));
        if !self.is_open() || (further && self.speaks_of(&handling)) {
            return None;
        }
        Some(Self::Responded(Handling {
            responded_at: Some(at),
            ..handling
        }))
    }

    fn replied(&self, handling: Handling, rework: i32, reply: &Reply) -> Option<Self> {
        let known = self.speaks_of(&handling) && self.reply().is_some();
        if rework < handling.rework || (known && rework == handling.rework) {
            return None;
        }
        let handling = Handling { rework, ..handling };
        Some(match self {
            // The caller's answer was faster than the reply it is about: what the unit said still belongs to it.
            Self::Closed { outcome, at, .. } => Self::Closed {
                handling: Some(handling),
                reply: Some(reply.clone()),
                outcome: *outcome,
                at: *at,
            },
            _ => Self::Replied(handling, reply.clone()),
        })
    }

    fn reworked(&self, handling: Handling, rework: i32) -> Option<Self> {
        let again = self.is_open() && rework > handling.rework;
        again.then_some(Self::Assigned(Handling {
            rework,
            signed_at: None,
            responded_at: None,
            ..handling
        }))
    }

    /// Routing tells of an undecided order before it tells of the assignment that ends it. So while a unit is known
    /// only by its own facts, this one is older than they are.
    fn undecided(&self) -> Option<Self> {
        let outrun = self
            .handling()
            .is_some_and(|handling| handling.unit_name.is_none());
        (self.is_open() && !outrun).then(|| Self::Undecided {
            generation: self.generation(),
        })
    }

    /// True when the state is about this generation already.
    fn speaks_of(&self, handling: &Handling) -> bool {
        self.generation() == handling.generation
    }

    /// The handling that a fact of this generation is about; `None` when the generation is over.
    fn current(&self, unit_code: &str, generation: i32) -> Option<Handling> {
        match self.handling() {
            Some(handling) if handling.generation == generation => Some(handling.clone()),
            _ if generation > self.generation() => Some(Handling::implied(unit_code, generation)),
            _ => None,
        }
    }

    /// The same state with another handling.
    fn handled_by(&self, handling: Handling) -> Self {
        match self {
            Self::Registered | Self::Undecided { .. } | Self::Assigned(_) => Self::Assigned(handling),
            Self::Signed(_) => Self::Signed(handling),
            Self::Responded(_) => Self::Responded(handling),
            Self::Replied(_, reply) => Self::Replied(handling, reply.clone()),
            Self::Closed {
                reply, outcome, at, ..
            } => Self::Closed {
                handling: Some(handling),
                reply: reply.clone(),
                outcome: *outcome,
                at: *at,
            },
        }
    }
}

impl Handling {
    /// What a unit's own fact says of the assignment it builds on.
    fn implied(unit_code: &str, generation: i32) -> Self {
        Self {
            unit_code: unit_code.to_owned(),
            unit_name: None,
            generation,
            rework: 0,
            assigned_at: None,
            signed_at: None,
            responded_at: None,
        }
    }
}
