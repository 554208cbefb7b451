//! From words to a question: what title and text say of matter, facts, time, urgency and intake scope.
//!
//! ```text
//! Directory.source (catalogue, scope, names of places, past orders) ─┐
//! orders whose matter people gave or confirmed ──────────────────────┴─▶ TextIndex
//! title, text ──TextIndex::read──▶ Reading ──conclude──▶ Question with `concluded` ──decide──▶ Decision
//! ```
//! **Method.** A text is words (dictionary segmenter), characters and pairs of them, weighted by how rare they are;
//! names of places are taken out first, and words that mean the same share a feature. Every entry gets eleven kinds of likeness ([`weights`]), and one weight per kind,
//! fitted on held-out past orders, turns them into shares of certainty. The certainty of a *decision* is the sum of the
//! shares of all matters that lead to it: where all likely matters are one unit's, the unit is sure though the matter is not.
//!
//! What was concluded is stored with the question. A replay asks the stored question, so an index that has learned
//! more since changes nothing.
mod compared;
mod conclude;
mod concluded;
mod example;
mod hours;
mod index;
mod keywords;
mod lexicon;
mod likelihood;
mod manner;
mod places;
mod ranking;
mod said;
mod segments;
mod source;
#[cfg(test)]
mod tests;
mod vectors;
pub mod weights;
mod word_list;

pub use conclude::{Case, Thresholds, conclude};
pub use concluded::{Concluded, ConcludedScope, DangerFound, FactFound, Proposal, Suggestion, Thousandths};
pub use example::{ANSWERED, Example};
pub use index::{Reading, TextIndex};
pub use lexicon::{DangerWords, FactWords, Lexicon};
pub use source::{Entry, EntryKind, Source};
