//! What the keywords of the intake scope say of a text: all there is to go by where there are no past orders.
use super::concluded::Thousandths;
use super::source::{Entry, EntryKind};
use crate::domain::directory::Directory;

/// A class of the scope by its keywords.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct ByKeywords {
    /// Position of its row in the scope.
    pub position: usize,
    /// How much of what the keywords tell is for it.
    pub confidence: Thousandths,
}

/// The class with most keywords in the text, when no other has as many. `calls` are words of danger for the number of a
/// class, which count like its keywords. A few words are never quite sure: n of them, with r for other classes or for the
/// likeliest matter, count n in n + r + 1.
pub(super) fn class(directory: &Directory, words: &str, calls: impl Fn(&str) -> usize) -> Option<ByKeywords> {
    let named = |keywords: &[String]| {
        let told = |keyword: &&String| !keyword.is_empty() && words.contains(keyword.as_str());
        keywords.iter().filter(told).count()
    };
    let of_class: Vec<usize> = directory
        .scope
        .iter()
        .map(|row| named(&row.keywords) + calls(&row.disposition))
        .collect();
    let most = of_class.iter().copied().max().filter(|most| *most > 0)?;
    let mut best = (0..of_class.len()).filter(|position| of_class[*position] == most);
    let (Some(position), None) = (best.next(), best.next()) else {
        return None;
    };
    let is_matter = |entry: &&Entry| entry.kind == EntryKind::Matter;
    let matters = directory.source.entries.iter().filter(is_matter);
    let likeliest = matters.map(|entry| named(&entry.keywords)).max().unwrap_or(0);
    let all = of_class.iter().sum::<usize>() + likeliest + 1;
    #[expect(clippy::cast_precision_loss, reason = "a few words")]
    let confidence = Thousandths::of(most as f64 / all as f64);
    Some(ByKeywords { position, confidence })
}
