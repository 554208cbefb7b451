//! Which way a lifecycle goes. The number decides, so that two runs mix alike.

/// Which routes lifecycles take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mixture {
    /// Every one the plain path.
    Plain,
    /// One in sixteen with a rework round, one in sixteen with a return request that is rejected.
    Mixed,
}

/// The way of one lifecycle.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Route {
    /// Rework rounds before the caller is content.
    pub reworks: u64,
    /// The unit says "not ours" first, and is told that the order stays.
    pub returned: bool,
    /// The unit sends its commands over NATS.
    pub by_nats: bool,
}

/// One lifecycle in so many takes each of the rarer routes.
const RARE: usize = 16;

impl Mixture {
    /// The route of the lifecycle of that number; whether its unit commands by NATS is seen when the unit is known.
    #[must_use]
    pub const fn route(self, number: usize) -> Route {
        let mixed = matches!(self, Self::Mixed);
        Route {
            reworks: if mixed && number % RARE == 3 { 1 } else { 0 },
            returned: mixed && number % RARE == 9,
            by_nats: false,
        }
    }
}
