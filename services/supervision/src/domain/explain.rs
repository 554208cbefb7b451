//! "Why then?" of a clock, in sentences.
use crate::domain::{Basis, Calendars, Clock, StartBasis};
use worktime::{Calendar, Lang, Recomputed};

/// The reason of a due time; empty when its calendar is not here. `cited` is the directory version that the assignment went
/// by: when a later calendar moved the due time, the days that did are named first.
#[must_use]
pub fn sentences(clock: &Clock, calendars: &Calendars, cited: Option<i64>, lang: Lang) -> Vec<String> {
    let basis = &clock.basis;
    let Some((_, calendar)) = calendars.as_of(clock.basis.directory_version, &clock.basis.calendar) else {
        return Vec::new();
    };
    let Ok(due) = worktime::due_changed(
        calendar,
        &basis.limit,
        basis.started_at,
        &basis.extensions,
        &basis.pauses,
    ) else {
        return Vec::new();
    };
    let mut told: Vec<String> = remark(clock.basis.start, lang)
        .map(str::to_owned)
        .into_iter()
        .collect();
    let moved = cited.and_then(|cited| moved(basis, (calendars, calendar), cited));
    told.extend(match moved {
        Some(moved) => moved.sentences(lang),
        None => due.explanation.sentences(lang),
    });
    let from_above = basis.not_after.filter(|at| *at < due.at);
    told.extend(from_above.map(|at| {
        let local = calendar.local(at).format("%Y-%m-%d %H:%M");
        match lang {
            Lang::En => format!("The deadline of the province comes first: {local}."),
            Lang::Zh => format!("省级热线要求的时限 {local} 在先，以此为准。"),
        }
    }));
    told
}

/// What a calendar that was published after the cited version did to a due time; `None` when it is the same, or was not what
/// counted.
fn moved(basis: &Basis, (calendars, now): (&Calendars, &Calendar), cited: i64) -> Option<Recomputed> {
    let (_, before) = calendars.as_of(cited, &basis.calendar)?;
    if before == now {
        return None;
    }
    let told = worktime::due_changed(
        before,
        &basis.limit,
        basis.started_at,
        &basis.extensions,
        &basis.pauses,
    );
    let anew = worktime::recompute(&told.ok()?.explanation, now, &basis.pauses);
    let counts = |due| basis.not_after.is_none_or(|at| due <= at);
    anew.ok()
        .filter(|anew| anew.moved() && counts(anew.before.due) && counts(anew.due.at))
}

/// What the limit's own words do not say about its start.
fn remark(start: StartBasis, lang: Lang) -> Option<&'static str> {
    let (en, zh) = match start {
        StartBasis::Acceptance | StartBasis::Dispatch | StartBasis::Signing => return None,
        StartBasis::DefaultTotal => (
            "No unit has been assigned yet, so the city's own limit applies.",
            "尚未派单，适用本市默认总时限。",
        ),
        StartBasis::NewAssignment => (
            "The order went to another unit, whose time begins with its own dispatch.",
            "工单已改派，新承办单位的时限自改派之时起算。",
        ),
        StartBasis::SignDue => (
            "Nobody signed within the sign limit, so the time begins where that limit ends.",
            "签收时限内未签收，自签收时限届满起算。",
        ),
        StartBasis::Rework => (
            "The order was sent back; the time begins anew with the rework.",
            "工单已退回重办，自重办之时重新起算。",
        ),
    };
    Some(match lang {
        Lang::En => en,
        Lang::Zh => zh,
    })
}
