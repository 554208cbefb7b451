//! What was concluded from the text, in sentences of both languages.
use crate::domain::text::{Concluded, ConcludedScope, Proposal, Suggestion, Thousandths};
use crate::domain::words::Chinese;

/// English and Chinese, side by side so that neither says more. `decided_by`: the matter of the decision.
pub(super) fn sentences(concluded: &Concluded, decided_by: Option<&str>) -> Vec<(String, String)> {
    let mut said: Vec<(String, String)> = matter(concluded, decided_by).into_iter().collect();
    if let Some(kind) = concluded.kind {
        said.push((
            format!("The kind was not given; {} was taken.", kind.as_str()),
            format!("未给出诉求类型，按{}处理。", kind.chinese()),
        ));
    }
    if let Some(urgency) = concluded.urgency {
        said.push((
            format!(
                "The urgency was not given; the matter's own, {}, was taken.",
                urgency.as_str()
            ),
            format!("未给出紧急程度，按事项默认的{}处理。", urgency.chinese()),
        ));
    }
    for fact in &concluded.facts {
        said.push((
            format!("The text says {}={}: \"{}\".", fact.key, fact.value, fact.words),
            format!("文本表明{}={}：“{}”。", fact.key, fact.value, fact.words),
        ));
    }
    for danger in &concluded.danger {
        said.push((
            format!(
                "The text tells of danger (\"{}\"): transfer to {} at once; the urgency was raised.",
                danger.word, danger.call
            ),
            format!(
                "文本提到险情（“{}”），建议立即转{}，紧急程度已提高。",
                danger.word, danger.call
            ),
        ));
    }
    said.extend(
        concluded
            .scope
            .as_ref()
            .map(|scope| self::scope(scope, concluded.proposal)),
    );
    if concluded.proposal == Some(Proposal::Answered) {
        let sure = percent(concluded.answered);
        said.push((
            format!("This is a question that is answered at once ({sure})."),
            format!("属于可直接答复的咨询（{sure}）。"),
        ));
    }
    said
}

/// The matter that was read, or those that it may be.
fn matter(concluded: &Concluded, decided_by: Option<&str>) -> Option<(String, String)> {
    // Once a person has named another matter, what the text was read to mean is only a suggestion.
    if let Some(matter) = concluded
        .matter
        .as_ref()
        .filter(|matter| decided_by == Some(&*matter.code))
    {
        return Some((
            format!(
                "The matter was read from the text: {} ({}); the decision is sure to {}, resting on {} past orders.",
                named(matter),
                percent(matter.confidence),
                percent(concluded.confidence),
                concluded.learned_from
            ),
            format!(
                "事项由文本判定：{}（{}）；派单把握为{}，依据{}件历史工单。",
                named(matter),
                percent(matter.confidence),
                percent(concluded.confidence),
                concluded.learned_from
            ),
        ));
    }
    if concluded.suggestions.is_empty() {
        return None;
    }
    let list = |separator: &str| {
        let each = concluded.suggestions.iter();
        let each = each.map(|matter| format!("{} {}", named(matter), percent(matter.confidence)));
        each.collect::<Vec<_>>().join(separator)
    };
    Some((
        format!("The text may be about: {}.", list(", ")),
        format!("文本可能涉及的事项：{}。", list("、")),
    ))
}

fn scope(scope: &ConcludedScope, proposal: Option<Proposal>) -> (String, String) {
    let to = scope
        .unit
        .as_ref()
        .map(|unit| format!("{} {}", unit.code, unit.name));
    let (en, zh) = match proposal {
        Some(Proposal::Declined) => ("It is proposed to decline it", "建议不予受理"),
        Some(Proposal::Transferred) => ("It is proposed to transfer it", "建议转办"),
        _ => (
            "It may belong to a class of the intake scope",
            "可能属于受理范围类别",
        ),
    };
    let sure = percent(scope.confidence);
    let address = |label: &str| to.as_ref().map_or_else(String::new, |to| format!("{label}{to}"));
    (
        format!(
            "{en}: {} {} ({sure}){}.",
            scope.code,
            scope.name,
            address(", address: ")
        ),
        format!(
            "{zh}：{}{}（{sure}）{}。对市民说明：{}",
            scope.code,
            scope.name,
            address("，去处："),
            scope.advice
        ),
    )
}

fn named(matter: &Suggestion) -> String {
    format!("{} {}", matter.code, matter.name)
}

fn percent(confidence: Thousandths) -> String {
    format!("{:.0}%", confidence.value() * 100.0)
}
