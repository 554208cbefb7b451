//! From a text to a question that the directory can decide, or to a proposal for a person.
use super::concluded::{
    Concluded, ConcludedScope, DangerFound, FactFound, Proposal, Suggestion, Thousandths,
};
use super::index::{Reading, TextIndex, Told};
use super::keywords;
use super::lexicon::Lexicon;
use crate::domain::codes::MatterId;
use crate::domain::condition::FACT_TIME;
use crate::domain::decide::{Decision, Outcome, Question, decide};
use crate::domain::directory::Directory;
use contracts::words::{Kind, Urgency};
use serde::Deserialize;

/// From which confidence on something happens without a person.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Thresholds {
    /// A decision routes by itself.
    pub route: f64,
    /// A class of the scope is proposed. A wrong decline is far worse than a missed one.
    pub scope: f64,
    /// A transfer is proposed although its class is less sure, because a word of danger names the same number.
    pub scope_with_danger: f64,
    /// An answer at once is proposed.
    pub answer: f64,
    /// The same where no place at all is told: whoever wants something done says where.
    pub answer_without_place: f64,
    /// The same by its keywords alone, where too few past orders make a confidence.
    pub scope_by_keywords: f64,
    /// Fewer past orders make no confidence: then nothing routes by itself.
    pub learned_min: u32,
}

/// What was said of a case, and by what it is read.
#[derive(Clone, Copy)]
pub struct Case<'a> {
    /// The directory.
    pub directory: &'a Directory,
    /// Its index.
    pub index: &'a TextIndex,
    /// Word lists.
    pub lexicon: &'a Lexicon,
    /// Limits.
    pub thresholds: Thresholds,
    /// One line.
    pub title: &'a str,
    /// What is wanted.
    pub text: &'a str,
    /// The agent told the facts, be it that there are none: then the text is not asked for them.
    pub facts_given: bool,
}

/// 处置 of a class whose complaints go to another hotline.
const TRANSFER: &str = "转";
const SUGGESTIONS_MAX: usize = 5;
/// So many different words of danger for one number are enough without any likeness.
const CALLS_ENOUGH: usize = 2;

/// Completes a question with what the text says. What was given stays: with a matter, the text is only asked for danger,
/// and for facts when none were given.
#[must_use]
pub fn conclude(case: &Case<'_>, asked: &Question) -> Question {
    let mut question = asked.clone();
    let mut concluded = Concluded::default();
    let urgency = danger(case, &mut concluded);
    if question.place.hints.is_empty() {
        // The last source of a place: read only as far as what was given does not tell the street.
        let said = [case.title, case.text]
            .into_iter()
            .filter(|said| !said.trim().is_empty());
        question.place.hints = said.map(str::to_owned).collect();
    }
    if let Some(matter) = &asked.matter {
        let matter = case.directory.matters.find(matter.as_str());
        if let Some(matter) = matter.filter(|_| !case.facts_given) {
            let told = case.index.told(case.title, case.text);
            let bare = decide(case.directory, &question);
            concluded.facts = facts(case, &told, &question, &bare, matter);
            take_over(&mut question, &concluded.facts);
        }
    } else {
        let reading = case.index.read(case.directory, case.title, case.text);
        concluded.learned_from = u32::try_from(case.index.held_out()).unwrap_or(u32::MAX);
        concluded.answered = Thousandths::of(reading.answered);
        concluded.suggestions = suggestions(case, &reading);
        concluded.scope = scope(case, &reading, &concluded.danger);
        concluded.proposal = propose(case, &reading, asked, &concluded);
        if concluded.learned_from < case.thresholds.learned_min {
            by_keywords(case, &reading, &mut concluded);
        }
        if concluded.proposal.is_none() {
            route(case, &reading, &mut question, &mut concluded);
        }
    }
    if urgency > question.urgency.map(rank) {
        question.urgency = urgency.and_then(|rank| BY_RANK.get(rank).copied());
    }
    question.concluded = (concluded != Concluded::default()).then(|| Box::new(concluded));
    question
}

const BY_RANK: [Urgency; 3] = [Urgency::Ordinary, Urgency::Urgent, Urgency::Emergency];

const fn rank(urgency: Urgency) -> usize {
    match urgency {
        Urgency::Ordinary => 0,
        Urgency::Urgent => 1,
        Urgency::Emergency => 2,
    }
}

/// Notes the words of danger; answers the rank of the highest urgency they ask for.
fn danger(case: &Case<'_>, concluded: &mut Concluded) -> Option<usize> {
    let text = format!("{}。{}", case.title, case.text);
    let found = case.lexicon.dangers(&text);
    concluded.danger = found
        .iter()
        .map(|danger| DangerFound {
            word: danger.word.to_owned(),
            call: danger.call.to_owned(),
        })
        .collect();
    found.iter().map(|danger| rank(danger.urgency)).max()
}

fn suggestions(case: &Case<'_>, reading: &Reading) -> Vec<Suggestion> {
    let likeliest = reading.matters.iter().take(SUGGESTIONS_MAX);
    likeliest
        .map(|(matter, share)| suggestion(case, *matter, *share))
        .collect()
}

fn suggestion(case: &Case<'_>, matter: MatterId, share: f64) -> Suggestion {
    let matter = case.directory.matters.get(matter);
    Suggestion {
        code: matter.code.clone(),
        name: matter.name.clone(),
        confidence: Thousandths::of(share),
    }
}

/// The class of the scope that is worth showing: the one whose hotline the words of danger name, else the likeliest when
/// it is likelier than the likeliest matter or nearly sure enough to be proposed.
fn scope(case: &Case<'_>, reading: &Reading, danger: &[DangerFound]) -> Option<ConcludedScope> {
    let likely = |code: &str| {
        reading
            .scope
            .iter()
            .find(|(position, _)| case.directory.scope[*position].code == code)
    };
    let called = case
        .directory
        .scope
        .iter()
        .enumerate()
        .filter_map(|(position, row)| {
            let times = calls(danger, &row.disposition);
            let share = likely(&row.code).map_or(0.0, |(_, share)| *share);
            let worth = times >= CALLS_ENOUGH || (times > 0 && share >= case.thresholds.scope_with_danger);
            worth.then_some((times, position, share))
        });
    let best = reading.matters.first().map_or(0.0, |(_, share)| *share);
    let least = case.thresholds.scope_with_danger;
    let likeliest = reading
        .scope
        .first()
        .filter(|(_, share)| *share >= best.min(least))
        .copied();
    let (position, share) = called
        .max_by(|a, b| a.0.cmp(&b.0).then(a.2.total_cmp(&b.2)))
        .map(|(_, position, share)| (position, share))
        .or(likeliest)?;
    Some(class(case, position, Thousandths::of(share)))
}

fn class(case: &Case<'_>, position: usize, confidence: Thousandths) -> ConcludedScope {
    let row = &case.directory.scope[position];
    let unit = row
        .unit
        .as_deref()
        .and_then(|code| case.directory.units.find(code));
    ConcludedScope {
        code: row.code.clone(),
        name: row.name.clone(),
        disposition: row.disposition.clone(),
        advice: row.advice.clone(),
        unit: unit.map(|unit| case.directory.units.get(unit).reference()),
        confidence,
    }
}

/// Nothing was learned that makes a confidence: then the keywords of the scope alone propose, and a person confirms. A
/// hotline that the words of danger named stays.
fn by_keywords(case: &Case<'_>, reading: &Reading, concluded: &mut Concluded) {
    let calls = |disposition: &str| calls(&concluded.danger, disposition);
    let Some(found) = keywords::class(case.directory, &reading.told.words, calls) else {
        return;
    };
    let scope = class(case, found.position, found.confidence);
    let named = concluded.scope.as_ref().filter(|_| concluded.proposal.is_some());
    let is_other = named.is_some_and(|named| named.code != scope.code);
    if !is_other && found.confidence >= Thousandths::of(case.thresholds.scope_by_keywords) {
        concluded.proposal = Some(proposal_of(&scope.disposition));
        concluded.scope = Some(scope);
    }
}

fn proposal_of(disposition: &str) -> Proposal {
    if disposition.starts_with(TRANSFER) {
        Proposal::Transferred
    } else {
        Proposal::Declined
    }
}

/// How many different words of danger name the number that a class transfers to.
fn calls(danger: &[DangerFound], disposition: &str) -> usize {
    let called = disposition.strip_prefix(TRANSFER);
    danger
        .iter()
        .filter(|danger| Some(danger.call.as_str()) == called)
        .count()
}

fn propose(case: &Case<'_>, reading: &Reading, asked: &Question, concluded: &Concluded) -> Option<Proposal> {
    if let Some(scope) = &concluded.scope {
        let calls = calls(&concluded.danger, &scope.disposition);
        let least = match calls {
            0 => case.thresholds.scope,
            CALLS_ENOUGH.. => 0.0,
            _ => case.thresholds.scope_with_danger,
        };
        let learned = concluded.learned_from >= case.thresholds.learned_min || calls >= CALLS_ENOUGH;
        if learned && scope.confidence >= Thousandths::of(least) {
            return Some(proposal_of(&scope.disposition));
        }
    }
    if concluded.learned_from < case.thresholds.learned_min {
        return None;
    }
    // Whoever asks for help or complains wants more than an answer.
    let may_be_answered = asked.kind.is_none_or(|kind| kind == Kind::Consultation);
    let place = &asked.place;
    let told = place
        .address
        .as_deref()
        .is_some_and(|address| !address.trim().is_empty());
    let least = if told || place.division.is_some() || place.point.is_some() {
        case.thresholds.answer
    } else {
        case.thresholds.answer_without_place
    };
    (may_be_answered && reading.answered >= least).then_some(Proposal::Answered)
}

/// One likely matter and what the directory decides for it.
struct Candidate {
    share: f64,
    question: Question,
    decision: Decision,
    facts: Vec<FactFound>,
    matter: MatterId,
}

fn route(case: &Case<'_>, reading: &Reading, question: &mut Question, concluded: &mut Concluded) {
    let candidates: Vec<Candidate> = reading
        .matters
        .iter()
        .map(|(matter, share)| candidate(case, reading, question, *matter, *share))
        .collect();
    let mass = |of: &Candidate| -> f64 {
        let same = candidates
            .iter()
            .filter(|other| alike(&other.decision, &of.decision));
        same.map(|other| other.share).sum()
    };
    // The likeliest matter of the likeliest decision.
    let mut best: Option<(&Candidate, f64)> = None;
    for candidate in &candidates {
        let mass = mass(candidate);
        if best.is_none_or(|(_, before)| mass > before + 1e-9) {
            best = Some((candidate, mass));
        }
    }
    let Some((best, mass)) = best else { return };
    let (asked_kind, asked_urgency) = (question.kind, question.urgency);
    concluded.confidence = Thousandths::of(mass);
    let sure = concluded.confidence >= Thousandths::of(case.thresholds.route);
    if sure && concluded.learned_from >= case.thresholds.learned_min {
        *question = best.question.clone();
        concluded.matter = Some(suggestion(case, best.matter, best.share));
        concluded.facts.clone_from(&best.facts);
        let matter = case.directory.matters.get(best.matter);
        concluded.kind = asked_kind.map_or(best.question.kind, |_| None);
        concluded.urgency = asked_urgency.map_or(matter.urgency, |_| None);
    }
}

fn candidate(
    case: &Case<'_>,
    reading: &Reading,
    asked: &Question,
    matter: MatterId,
    share: f64,
) -> Candidate {
    let mut question = asked.clone();
    let row = case.directory.matters.get(matter);
    question.matter = Some(row.code.as_str().into());
    question.kind = question.kind.or(reading.kind).or(row.kind);
    question.urgency = question.urgency.or(row.urgency);
    let bare = decide(case.directory, &question);
    let facts = if case.facts_given {
        Vec::new()
    } else {
        facts(case, &reading.told, &question, &bare, matter)
    };
    take_over(&mut question, &facts);
    let decision = if facts.is_empty() {
        bare
    } else {
        decide(case.directory, &question)
    };
    Candidate {
        share,
        question,
        decision,
        facts,
        matter,
    }
}

fn take_over(question: &mut Question, facts: &[FactFound]) {
    for fact in facts {
        question.facts.insert(fact.key.clone(), fact.value.clone());
    }
}

/// Facts that duties for the matter ask for and that neither the agent nor the place tells.
fn facts(
    case: &Case<'_>,
    told: &Told,
    asked: &Question,
    bare: &Decision,
    matter: MatterId,
) -> Vec<FactFound> {
    let (keys, time) = case.index.asked(case.directory, matter);
    let of_place = |key: &str| {
        let located = bare.place.iter().flat_map(|(located, _)| &located.entries);
        located
            .into_iter()
            .any(|entry| case.directory.gazetteer.entry(*entry).facts.contains_key(key))
    };
    let mut found = Vec::new();
    for (key, values) in keys {
        if !asked.facts.contains_key(key) && !of_place(key) {
            found.extend(
                case.lexicon
                    .fact(key, &values, &told.words)
                    .map(|(value, words)| FactFound {
                        key: key.to_owned(),
                        value,
                        words,
                    }),
            );
        }
    }
    if let Some(said) = told
        .time
        .as_ref()
        .filter(|_| time && !asked.facts.contains_key(FACT_TIME))
    {
        found.push(FactFound {
            key: FACT_TIME.to_owned(),
            value: format!("{:02}:{:02}", said.minute / 60, said.minute % 60),
            words: said.words.clone(),
        });
    }
    found
}

/// True when two decisions mean the same for the case: the same lead, or the same thing to do.
fn alike(a: &Decision, b: &Decision) -> bool {
    match (a.outcome, b.outcome) {
        (Outcome::Assigned(a), Outcome::Assigned(b)) => a == b,
        (Outcome::Undecided(a), Outcome::Undecided(b)) => a.outcome() == b.outcome(),
        _ => false,
    }
}
