//! Shapes that several answers share.
use crate::domain::figures::{Figure, Figures, Tally};
use serde::Serialize;
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// A rate with what it was made of.
#[derive(Debug, Serialize, ToSchema)]
pub struct RateView {
    /// How many were counted.
    pub of: u64,
    /// Points, 0 to 100 for each.
    pub points: u64,
    /// The rate in percent with two decimals; absent when nothing was counted.
    pub percent: Option<f64>,
}

impl From<Tally> for RateView {
    fn from(tally: Tally) -> Self {
        Self {
            of: tally.of,
            points: tally.points,
            percent: tally.percent().map(two_decimals),
        }
    }
}

/// Rates by figure; all figures, in their order.
pub(in crate::api) fn rates(figures: &Figures) -> BTreeMap<Figure, RateView> {
    Figure::ALL
        .map(|figure| (figure, figures.of(figure).into()))
        .into()
}

/// The same from tallies.
pub(in crate::api) fn of_tallies(tallies: &BTreeMap<Figure, Tally>) -> BTreeMap<Figure, RateView> {
    Figure::ALL
        .map(|figure| (figure, tallies.get(&figure).copied().unwrap_or_default().into()))
        .into()
}

/// Rounded for people.
pub(in crate::api) fn two_decimals(value: f64) -> f64 {
    (value * 100.0).round() / 100.0
}

/// Points with two decimals from hundredths.
pub(in crate::api) fn points(hundredths: i64) -> f64 {
    hundredths as f64 / 100.0
}
