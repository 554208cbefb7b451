//! The data in English sentences.
use super::Dispatched;
use super::data::{AskData, DecisionData, DutyData, Named, PassedOverData, PlaceData};
use contracts::directory::UnitRef;

pub(super) fn sentences(data: &DecisionData, losers: bool) -> Vec<String> {
    let mut said = Vec::with_capacity(data.considered.len() + 6);
    said.push(format!(
        "Decided by directory version {} as of {}.",
        data.directory_version, data.accepted_on
    ));
    if let Some(matter) = &data.matter {
        said.push(format!("The matter is {}.", name(matter)));
    }
    said.extend(data.passed_over.as_ref().map(passed_over));
    if let Some(found) = &data.place {
        place(found, &mut said);
    }
    if !data.excluded.is_empty() {
        said.push(format!(
            "Its return of this order was upheld: {} neither leads nor helps.",
            units(&data.excluded)
        ));
    }
    let (lost, decided): (Vec<&DutyData>, Vec<&DutyData>) =
        data.considered.iter().partition(|item| item.verdict == "lost");
    said.extend(lost.into_iter().filter(|_| losers).map(duty));
    if data.ask.is_none() && !data.places.is_empty() {
        said.push(format!(
            "It may be in {}: that makes no difference here.",
            names(&data.places, " or ")
        ));
    }
    said.push(outcome(data));
    said.extend(decided.into_iter().map(duty));
    said.extend(data.ask.as_ref().map(ask));
    said
}

pub(super) fn dispatched(dispatched: &Dispatched) -> String {
    let Dispatched { by, lead, reason } = dispatched;
    format!("{by} assigned it to {}: {reason}", unit(lead))
}

fn passed_over(passed: &PassedOverData) -> String {
    let (code, day) = (&passed.code, passed.day.unwrap_or_default());
    match passed.why.as_str() {
        "ended" => format!("The division code {code} ended on {day} and was passed over."),
        "not_yet_valid" => format!("The division code {code} begins on {day} and was passed over."),
        _ => format!("The division code {code} is unknown and was passed over."),
    }
}

fn place(place: &PlaceData, said: &mut Vec<String>) {
    let how = match place.how.as_str() {
        "division" => "by its code".to_owned(),
        "coordinates" => "by its coordinates".to_owned(),
        "hints" if place.found.is_empty() => "by the division named in what was said".to_owned(),
        "hints" => format!("by the name {} in what was said", place.found.join(", ")),
        _ if place.found.is_empty() => "by the division named in the address".to_owned(),
        _ => format!("by the name {} in the address", place.found.join(", ")),
    };
    let chain: Vec<String> = place.chain.iter().map(name).collect();
    said.push(format!(
        "The place is {}, found {how}; duties of {} apply.",
        name(&place.division),
        chain.join(", ")
    ));
    for taken in &place.taken_over {
        let (zone, origin) = (name(&taken.zone), name(&taken.origin));
        said.push(match &taken.functions {
            None => format!("{zone} has taken it over from {origin} with all functions ({}): duties of {origin} do not apply.", taken.overlay),
            Some(functions) => format!("{zone} has taken over {} here from {origin} ({}); the rest stays.", functions.join(", "), taken.overlay),
        });
    }
}

fn outcome(data: &DecisionData) -> String {
    let candidates = units(&data.candidates);
    if let Some(lead) = &data.lead {
        let help = if data.co_handlers.is_empty() {
            String::new()
        } else {
            format!(", helped by {}", units(&data.co_handlers))
        };
        return format!("{} leads{help}.", unit(lead));
    }
    match data.reason.as_deref() {
        Some("tie") => format!("Equal duties name different leads: {candidates}. A consultation must rule."),
        Some("no_duty") => "No duty fits: a consultation must rule.".to_owned(),
        Some("no_matter") => "No known matter was given, and the text does not tell one surely enough: a dispatcher must choose one.".to_owned(),
        Some("proposed_decline") => "The intake scope excludes it: a person must confirm.".to_owned(),
        Some("proposed_transfer") => "Another hotline must help: a person must confirm.".to_owned(),
        Some("proposed_answer") => "It can be answered at once: a person must confirm.".to_owned(),
        Some("place_unknown") => "Nothing that was said of the place is known.".to_owned(),
        Some("place_ambiguous") => format!(
            "The place may be in {}. In question: {candidates}.",
            names(&data.places, " or ")
        ),
        Some("place_too_coarse") => {
            "The place is known too coarsely for the unit to be named.".to_owned()
        }
        _ => "No valid unit has the role that the duty names: a dispatcher must choose one.".to_owned(),
    }
}

fn ask(ask: &AskData) -> String {
    match ask.about.as_str() {
        "which" => format!("Ask the caller: is it in {}?", names(&ask.options, " or in ")),
        "street" => "Ask the caller: in which street or town is it, and what is near it?".to_owned(),
        _ => "Ask the caller: where is it – district, road and number, compound, what is near it?".to_owned(),
    }
}

fn duty(duty: &DutyData) -> String {
    let matter = duty
        .matter
        .as_ref()
        .map_or_else(|| "every matter".to_owned(), |code| format!("matter {code}"));
    let area = duty
        .division
        .as_ref()
        .map_or_else(|| "in the whole city".to_owned(), |code| format!("in {code}"));
    let when = if duty.conditions.is_empty() {
        String::new()
    } else {
        format!(" when {}", duty.conditions)
    };
    let lead = match &duty.lead_unit {
        Some(here) if here.code.as_str() != duty.lead => format!("{}, here {}", duty.lead, unit(here)),
        Some(here) => unit(here),
        None => duty.lead.clone(),
    };
    let basis = if duty.basis.is_empty() {
        String::new()
    } else {
        format!(" (basis: {})", duty.basis)
    };
    let verdict = match duty.verdict.as_str() {
        "won" => "decides".to_owned(),
        "tied" => "is equal with others".to_owned(),
        "unresolved" => "would decide, but its lead cannot be determined".to_owned(),
        _ => format!("does not decide: {}", lost(duty)),
    };
    format!(
        "Duty {} for {matter} {area}{when} names {lead} and {verdict}{basis}.",
        duty.duty
    )
}

fn lost(duty: &DutyData) -> String {
    let detail = duty.detail.as_deref().unwrap_or_default();
    match duty.why.as_deref() {
        Some("not_yet_valid") => format!("it begins on {detail}"),
        Some("expired") => format!("it ended on {detail}"),
        Some("condition_unknown") => format!("the fact that {detail} asks for is not known"),
        Some("condition_false") => format!("{detail} does not hold"),
        Some("taken_over") => "a functional zone has taken the place over".to_owned(),
        Some("lead_not_valid") => "its lead is not valid on that day".to_owned(),
        Some("not_to_grassroots") => "a fitting duty forbids street offices to lead".to_owned(),
        Some("returned") => "its lead returned this order, and the return was upheld".to_owned(),
        Some("less_specific_place") => "another duty is for a more specific place".to_owned(),
        Some("less_specific_matter") => "another duty is for a more specific matter".to_owned(),
        Some("fewer_conditions") => "another duty has more conditions".to_owned(),
        _ => "another duty has a higher priority".to_owned(),
    }
}

fn names(list: &[Named], separator: &str) -> String {
    list.iter().map(name).collect::<Vec<_>>().join(separator)
}

fn name(named: &Named) -> String {
    format!("{} {}", named.code, named.name)
}

fn unit(unit: &UnitRef) -> String {
    format!("{} {}", unit.code, unit.name)
}

fn units(list: &[UnitRef]) -> String {
    list.iter().map(unit).collect::<Vec<_>>().join(", ")
}
