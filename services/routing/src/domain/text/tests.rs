//! From texts to decisions, on the sample city and on a larger one where its folder is at hand.
mod given;
mod larger_city;
mod scope;

use super::{Case, TextIndex, conclude};
use crate::config::TextConfig;
use crate::domain::decide::{Decision, Question, decide};
use crate::domain::directory::Directory;

/// Concludes and decides.
fn decided(
    directory: &Directory,
    index: &TextIndex,
    config: &TextConfig,
    question: &Question,
    (title, text): (&str, &str),
) -> (Question, Decision) {
    let case = Case {
        directory,
        index,
        lexicon: &config.lexicon,
        thresholds: config.thresholds,
        title,
        text,
        facts_given: false,
    };
    let question = conclude(&case, question);
    let decision = decide(directory, &question);
    (question, decision)
}
