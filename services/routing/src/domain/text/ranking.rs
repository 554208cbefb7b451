//! What may an order be about? Every entry gets a share of certainty, by how alike its words and its past orders are.
use super::compared::{Catalogue, Parts, Prepared};
use super::example::Example;
use super::said::{Said, Wording};
use super::source::Entry;
use super::weights::Weights;
use std::collections::HashMap;

/// The index.
#[derive(Debug)]
pub struct Ranking {
    catalogue: Catalogue,
    parts: Parts,
    weights: Weights,
    held_out: usize,
}

impl Ranking {
    /// Builds the index and fits its weights. Examples whose entry is not among `entries` are left out.
    #[must_use]
    pub fn new(wording: &Wording, entries: &[Entry], examples: &[(Example, Said)]) -> Self {
        let positions: HashMap<&str, usize> = entries
            .iter()
            .enumerate()
            .map(|(position, entry)| (entry.code.as_str(), position))
            .collect();
        let placed: Vec<(usize, &Example, &Said)> = examples
            .iter()
            .filter_map(|(example, said)| {
                let position = positions.get(example.entry.as_deref()?)?;
                Some((*position, example, said))
            })
            .collect();
        let orders: Vec<&Said> = placed.iter().map(|(_, _, said)| *said).collect();
        let catalogue = Catalogue::new(wording, entries, &orders);
        let prepared: Vec<Prepared> = placed
            .iter()
            .map(|(entry, example, said)| Prepared {
                entry: *entry,
                event: example.event.clone(),
                words: said.words(),
                asked: catalogue.asked(said),
            })
            .collect();
        let cases = catalogue.held_out(&prepared);
        let everything: Vec<&Prepared> = prepared.iter().collect();
        Self {
            parts: catalogue.parts(&everything),
            weights: Weights::fitted(&cases),
            held_out: cases.len(),
            catalogue,
        }
    }

    /// The share of every entry, in their order; they sum up to 1.
    #[must_use]
    pub fn shares(&self, said: &Said) -> Vec<f64> {
        let asked = self.catalogue.asked(said);
        self.weights.shares(&self.parts.likeness(&asked))
    }

    /// How many held-out past orders the shares were fitted on.
    #[must_use]
    pub const fn held_out(&self) -> usize {
        self.held_out
    }

    /// The fitted weights.
    #[must_use]
    pub const fn weights(&self) -> Weights {
        self.weights
    }
}
