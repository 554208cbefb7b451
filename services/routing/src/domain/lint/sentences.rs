//! What a finding says to people, in English and Chinese.
use super::clauses::Case;
use super::ground::Ground;
use crate::domain::codes::{DivisionId, MatterId};
use crate::domain::directory::{Division, Duty, Matter};
use crate::domain::snapshot::UnitRow;
use crate::domain::validity::Day;
use crate::domain::words::Chinese;

/// Names in a sentence; more are counted.
const NAMES_MAX: usize = 5;

type Said = (String, String);

/// Some divisions by name, in English and Chinese.
pub(super) fn names(ground: &Ground<'_>, divisions: &[DivisionId], count: usize) -> Said {
    let shown = divisions.iter().take(NAMES_MAX).map(|id| ground.name_of(*id));
    let list = shown.collect::<Vec<_>>();
    if count > NAMES_MAX {
        (
            format!("{} and {} more", list.join(", "), count - NAMES_MAX),
            format!("{}等{count}处", list.join("、")),
        )
    } else {
        (list.join(", "), list.join("、"))
    }
}

pub(super) fn gap(code: &str, matter: &Matter, (names, names_zh): &Said) -> Said {
    let (code_of, name) = (&matter.code, &matter.name);
    if code == "gap" {
        (
            format!("nobody has {code_of} {name} in {names}"),
            format!("{names_zh}：事项{code_of}“{name}”无有效条目"),
        )
    } else {
        (
            format!("{code_of} {name} has only duties with conditions in {names}"),
            format!("{names_zh}：事项{code_of}“{name}”只有带条件的条目"),
        )
    }
}

pub(super) fn conflict(
    ground: &Ground<'_>,
    [a, b]: [&Duty; 2],
    matter: MatterId,
    division: DivisionId,
    case: &Case,
) -> Said {
    let matter = ground.directory.matters.get(matter);
    let facts = case.facts.iter().map(|(key, value)| format!("{key}={value}"));
    let facts = facts.collect::<Vec<_>>().join(";");
    let place = ground.name_of(division);
    let (one, other) = (&a.row, &b.row);
    (
        format!(
            "{} (lead {}) and {} (lead {}) are equal: {} {} in {place} on {}, {}{} would be left undecided",
            one.code,
            one.lead,
            other.code,
            other.lead,
            matter.code,
            matter.name,
            case.day,
            case.kind.as_str(),
            if facts.is_empty() {
                String::new()
            } else {
                format!(", {facts}")
            },
        ),
        format!(
            "{}（主办{}）与{}（主办{}）同等优先：{} {place}“{}”（{}{}）将无法确定主办",
            one.code,
            one.lead,
            other.code,
            other.lead,
            case.day,
            matter.name,
            case.kind.chinese(),
            if facts.is_empty() {
                String::new()
            } else {
                format!("，{facts}")
            },
        ),
    )
}

pub(super) fn cannot_hold(duty: &Duty) -> Said {
    let (code, text) = (&duty.row.code, &duty.row.conditions);
    (
        format!("{code} never applies: its conditions {text} cannot all hold while it is valid"),
        format!("{code}永不适用：其条件“{text}”在有效期内不可能同时成立"),
    )
}

pub(super) fn nowhere(duty: &Duty) -> Said {
    let code = &duty.row.code;
    (
        format!("{code} never applies: no valid place lies in its area, or no entry below its matter"),
        format!("{code}永不适用：其适用区划内已无有效区划，或事项下无条目"),
    )
}

pub(super) fn beaten(duty: &Duty, winners: &[&Duty], grassroots: bool) -> Said {
    let code = &duty.row.code;
    let list = winners
        .iter()
        .map(|winner| winner.row.code.as_str())
        .collect::<Vec<_>>();
    let (list, list_zh) = (list.join(", "), list.join("、"));
    if grassroots {
        (
            format!(
                "{code} never decides: its lead is a street office, and {list} says 不派基层 whenever it fits"
            ),
            format!("{code}永不胜出：其主办为街道，而{list_zh}规定不派基层"),
        )
    } else {
        (
            format!("{code} never decides: whenever it fits, {list} goes before it"),
            format!("{code}永不胜出：凡其适用之处，{list_zh}均优先"),
        )
    }
}

pub(super) fn unit_ends(duty: &Duty, unit: &UnitRow, end: Day, gone: bool) -> Said {
    let (code, day) = (&duty.row.code, end.date());
    let (unit_code, name) = (&unit.code, &unit.name);
    if gone {
        (
            format!("{code} names {unit_code} {name}, which ended on {day}: it can no longer decide"),
            format!("{code}的主办{unit_code}“{name}”已于{day}失效，该条目不再起作用"),
        )
    } else {
        (
            format!("{code} lasts longer than its lead {unit_code} {name}, which ends on {day}"),
            format!("{code}的主办{unit_code}“{name}”将于{day}失效，早于该条目"),
        )
    }
}

pub(super) fn helper_ends(duty: &Duty, unit: &UnitRow, end: Day) -> Said {
    let (code, day) = (&duty.row.code, end.date());
    (
        format!(
            "{code} lasts longer than its helper {} {}, which ends on {day}",
            unit.code, unit.name
        ),
        format!("{code}的协办{}“{}”于{day}失效，早于该条目", unit.code, unit.name),
    )
}

pub(super) fn division_ends(duty: &Duty, division: &Division, end: Day) -> Said {
    let (code, day) = (&duty.row.code, end.date());
    (
        format!(
            "{code} lasts longer than its area {} {}, which ends on {day}",
            division.code, division.name
        ),
        format!(
            "{code}的适用区划{}“{}”于{day}失效，早于该条目",
            division.code, division.name
        ),
    )
}

pub(super) fn nobody(duty: &Duty, everywhere: bool, (names, names_zh): &Said) -> Said {
    let (code, lead) = (&duty.row.code, &duty.row.lead);
    if everywhere {
        (
            format!("{code}: nobody is {lead} anywhere in its area"),
            format!("{code}：适用范围内无任何单位承担{lead}"),
        )
    } else {
        (
            format!("{code}: nobody is {lead} in {names}"),
            format!("{code}：{names_zh}无单位承担{lead}"),
        )
    }
}
