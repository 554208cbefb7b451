//! When a matter stands out from its own history 未诉先办.
//!
//! Method: the one-sided predictive test of Höhle, "surveillance: An R package for the monitoring of infectious diseases",
//! Computational Statistics 22 (2007), method `bayes` (after Riebler 2004): counts of the same hour on earlier days with
//! Jeffreys' prior predict the next count as negative binomial. Where the history varies more than Poisson counts do
//! (weekends, weather), its variance takes the place of the model's, by moments.
use crate::domain::policies::{Document, Fault};
use serde::Deserialize;

/// The policy `emerging`.
#[derive(Clone, PartialEq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EmergingPolicy {
    /// Days of history.
    pub history_days: u32,
    /// The last so many are left out.
    pub guard_days: u32,
    /// Largest chance by which a count stands out.
    pub p_max: f64,
    /// Fewest orders.
    pub orders_min: u32,
    /// Fewest times of what was expected.
    pub growth_min: f64,
    /// A series that stood out so recently goes on.
    pub quiet_hours: u32,
}

impl Document for EmergingPolicy {
    const NAME: &'static str = "emerging";
    const DEFAULT: &'static str = include_str!("../../config/emerging.toml");

    fn check(&self) -> Result<(), Fault> {
        let bad = |field: &str, why: &str| Err(Fault::new(field, why));
        if !(7..=90).contains(&self.history_days) {
            return bad("history_days", "7 to 90");
        }
        if self.guard_days + 7 > self.history_days {
            return bad("guard_days", "leaves fewer than 7 days of history");
        }
        if !(self.p_max > 0.0 && self.p_max < 0.1) {
            return bad("p_max", "above 0 and below 0.1");
        }
        if self.orders_min == 0 {
            return bad("orders_min", "at least 1");
        }
        if !(self.growth_min >= 1.0 && self.growth_min.is_finite()) {
            return bad("growth_min", "at least 1");
        }
        Ok(())
    }
}

/// A count that stands out.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Surge {
    /// What the history lets expect.
    pub expected: f64,
    /// How likely so many are by chance.
    pub p: f64,
}

/// Looks at one count beside its history: one count per earlier day, zeros included.
#[must_use]
pub fn surge(history: &[u32], orders: u32, policy: &EmergingPolicy) -> Option<Surge> {
    if orders < policy.orders_min || history.is_empty() {
        return None;
    }
    let days = history.len() as f64;
    let sum: f64 = history.iter().copied().map(f64::from).sum();
    // Jeffreys' prior Gamma(1/2, 0): the posterior of the rate is Gamma(sum + 1/2, days).
    let expected = (sum + 0.5) / days;
    if f64::from(orders) < expected * policy.growth_min {
        return None;
    }
    let mean = sum / days;
    let spread: f64 = history.iter().map(|n| (f64::from(*n) - mean).powi(2)).sum();
    let sample = spread / (days - 1.0).max(1.0);
    let variance = (expected + expected / days).max(sample + expected / days);
    let p = tail(orders, expected, variance);
    (p <= policy.p_max).then_some(Surge { expected, p })
}

/// P(X >= x) of a negative binomial with that mean and variance (above the mean), summed in logarithms.
fn tail(x: u32, mean: f64, variance: f64) -> f64 {
    let size = mean * mean / (variance - mean).max(f64::EPSILON);
    let (log_stay, log_step) = ((size / (size + mean)).ln(), (mean / (size + mean)).ln());
    let mut log_p = size * log_stay;
    let mut below = 0.0;
    for n in 0..x {
        below += log_p.exp();
        let n = f64::from(n);
        log_p += ((size + n) / (n + 1.0)).ln() + log_step;
    }
    (1.0 - below).max(0.0)
}

#[cfg(test)]
mod tests;
