//! How much each kind of likeness counts, fitted on past orders that were held out of the index when they were ranked,
//! so that the shares that come out are confidences: of all orders ranked first with a share of 0.8, about 80 % are right.
//!
//! Multinomial logistic regression with one weight per kind of likeness, by Newton's method. Few orders hardly move the
//! weights from where they begin; the more there are, the more they decide.

/// How many kinds of likeness there are.
pub const KINDS: usize = 11;

/// One order's likeness to every entry, each kind on its own.
pub type Likeness = Vec<[f32; KINDS]>;

/// Title and text against: the entry's own words; the nearest past order; the entry's group with its past orders;
/// how many past orders the entry has; then again title and text: keywords of the entry that stand there; and how much
/// likelier the entry says their words than others do.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Weights(pub [f64; KINDS]);

impl Default for Weights {
    /// Where the fit begins: the order of magnitude that cities' past orders lead to.
    fn default() -> Self {
        Self([10.0, 10.0, 2.0, 12.0, 15.0, 25.0, 0.1, 0.5, 0.5, 2.0, 3.0])
    }
}

/// How strongly the beginning holds, per order.
const HOLD: f64 = 0.01;
const ROUNDS: usize = 25;
const SETTLED: f64 = 1e-6;

impl Weights {
    /// The share of each entry; they sum up to 1.
    #[must_use]
    pub fn shares(&self, likeness: &[[f32; KINDS]]) -> Vec<f64> {
        let mut scores: Vec<f64> = likeness.iter().map(|kinds| self.score(kinds)).collect();
        let best = scores.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        scores.iter_mut().for_each(|score| *score = (*score - best).exp());
        let sum: f64 = scores.iter().sum();
        scores.iter_mut().for_each(|score| *score /= sum);
        scores
    }

    fn score(&self, kinds: &[f32; KINDS]) -> f64 {
        self.0
            .iter()
            .zip(kinds)
            .map(|(weight, kind)| weight * f64::from(*kind))
            .sum()
    }

    /// Fits the weights to orders and their right entries.
    #[must_use]
    pub fn fitted(cases: &[(Likeness, usize)]) -> Self {
        let begin = Self::default();
        if cases.is_empty() {
            return begin;
        }
        let hold = spread(cases).map(|spread| HOLD * spread);
        let mut now = begin;
        for _ in 0..ROUNDS {
            let (mut gradient, mut curvature) = now.slopes(cases);
            for kind in 0..KINDS {
                gradient[kind] += hold[kind] * (now.0[kind] - begin.0[kind]);
                curvature[kind][kind] += hold[kind] + 1e-9;
            }
            let Some(step) = solve(curvature, gradient) else {
                break;
            };
            let largest = step.iter().fold(0.0_f64, |largest, part| largest.max(part.abs()));
            // A step that is too long is shortened: likeness is between 0 and 1, so 20 is far.
            let part = if largest > 20.0 { 20.0 / largest } else { 1.0 };
            now.0
                .iter_mut()
                .zip(step)
                .for_each(|(weight, step)| *weight -= part * step);
            if largest < SETTLED {
                break;
            }
        }
        now
    }

    /// Mean slope and curvature of the loss.
    fn slopes(&self, cases: &[(Likeness, usize)]) -> ([f64; KINDS], [[f64; KINDS]; KINDS]) {
        let mut gradient = [0.0; KINDS];
        let mut curvature = [[0.0; KINDS]; KINDS];
        #[expect(clippy::cast_precision_loss, reason = "a number of orders")]
        let each = 1.0 / cases.len() as f64;
        for (likeness, right) in cases {
            let mut mean = [0.0; KINDS];
            let shares = self.shares(likeness);
            for (share, kinds) in shares.iter().zip(likeness).filter(|(share, _)| **share > 1e-9) {
                for a in 0..KINDS {
                    let left = share * f64::from(kinds[a]);
                    mean[a] += left;
                    for b in 0..=a {
                        curvature[a][b] += each * left * f64::from(kinds[b]);
                    }
                }
            }
            for a in 0..KINDS {
                gradient[a] += each * (mean[a] - f64::from(likeness[*right][a]));
                for b in 0..=a {
                    curvature[a][b] -= each * mean[a] * mean[b];
                }
            }
        }
        let below = curvature;
        for (a, row) in curvature.iter_mut().enumerate() {
            row.iter_mut()
                .enumerate()
                .skip(a + 1)
                .for_each(|(b, cell)| *cell = below[b][a]);
        }
        (gradient, curvature)
    }
}

/// Variance of each kind over all orders and entries: what is always alike must not be held as if it varied.
fn spread(cases: &[(Likeness, usize)]) -> [f64; KINDS] {
    let (mut sum, mut squares, mut number) = ([0.0; KINDS], [0.0; KINDS], 0.0);
    for kinds in cases.iter().flat_map(|(likeness, _)| likeness) {
        number += 1.0;
        for kind in 0..KINDS {
            let value = f64::from(kinds[kind]);
            sum[kind] += value;
            squares[kind] += value * value;
        }
    }
    std::array::from_fn(|kind| (squares[kind] / number - (sum[kind] / number).powi(2)).max(1e-9))
}

/// Gauss with pivots; `None` when there is no single answer.
fn solve(mut matrix: [[f64; KINDS]; KINDS], mut right: [f64; KINDS]) -> Option<[f64; KINDS]> {
    for column in 0..KINDS {
        let pivot =
            (column..KINDS).max_by(|a, b| matrix[*a][column].abs().total_cmp(&matrix[*b][column].abs()))?;
        if matrix[pivot][column].abs() < 1e-15 {
            return None;
        }
        matrix.swap(column, pivot);
        right.swap(column, pivot);
        for row in column + 1..KINDS {
            let factor = matrix[row][column] / matrix[column][column];
            let above = matrix[column];
            matrix[row]
                .iter_mut()
                .zip(above)
                .skip(column)
                .for_each(|(cell, above)| *cell -= factor * above);
            right[row] -= factor * right[column];
        }
    }
    for row in (0..KINDS).rev() {
        let known: f64 = (row + 1..KINDS)
            .map(|column| matrix[row][column] * right[column])
            .sum();
        right[row] = (right[row] - known) / matrix[row][row];
    }
    Some(right)
}

#[cfg(test)]
mod tests {
    use super::{KINDS, Weights};

    /// Orders whose first kind of likeness tells the entry in three of four cases, and whose second says nothing.
    fn cases() -> Vec<(Vec<[f32; KINDS]>, usize)> {
        (0..400_usize)
            .map(|n| {
                let pointed = n % 5;
                let right = if n % 4 == 0 { (pointed + 1) % 5 } else { pointed };
                let likeness = (0..5_usize)
                    .map(|entry| {
                        let mut kinds = [0.0; KINDS];
                        kinds[0] = if entry == pointed { 0.4 } else { 0.1 };
                        kinds[1] = if entry == (n / 5) % 5 { 0.4 } else { 0.1 };
                        kinds
                    })
                    .collect();
                (likeness, right)
            })
            .collect()
    }

    #[test]
    fn the_share_of_the_first_is_how_often_it_is_right() {
        let cases = cases();
        let weights = Weights::fitted(&cases);
        let shares = weights.shares(&cases[1].0);
        assert!((shares[1] - 0.75).abs() < 0.06, "{shares:?} by {weights:?}");
        assert!((shares.iter().sum::<f64>() - 1.0).abs() < 1e-9);
        assert!(
            weights.0[1].abs() < 4.0,
            "what says nothing hardly counts: {weights:?}"
        );
    }

    #[test]
    fn without_orders_nothing_moves() {
        assert_eq!(Weights::fitted(&[]), Weights::default());
        let few = Weights::fitted(&cases()[..1]);
        let moved = few
            .0
            .iter()
            .zip(Weights::default().0)
            .map(|(now, begin)| (now - begin).abs());
        assert!(moved.fold(0.0, f64::max) < 30.0, "{few:?}");
    }
}
