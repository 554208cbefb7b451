//! What a finding says to people, in English and Chinese.
mod references;

use super::clauses::Case;
use super::ground::Ground;
use crate::domain::codes::{DivisionId, MatterId};
use crate::domain::directory::{Duty, Matter};
use crate::domain::words::Chinese;

pub(super) use references::{
    Named, division_ends, helper_ends, named_ends, names_end, same_role, unit_begins, unit_ends,
};

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

/// For which matters and where a street office may not lead.
pub(super) fn kept_from_grassroots(
    ground: &Ground<'_>,
    duty: &Duty,
    forbidding: &[&Duty],
    pairs: &[(MatterId, Vec<DivisionId>)],
) -> Said {
    let code = &duty.row.code;
    let list = forbidding
        .iter()
        .map(|other| other.row.code.as_str())
        .collect::<Vec<_>>();
    let shown = pairs.iter().take(NAMES_MAX).map(|(matter, places)| {
        let matter = ground.directory.matters.get(*matter);
        let (names, names_zh) = names(ground, places, places.len());
        (
            format!("{} {} in {names}", matter.code, matter.name),
            format!("{names_zh}的{}“{}”", matter.code, matter.name),
        )
    });
    let (mut en, mut zh): (Vec<String>, Vec<String>) = shown.unzip();
    if pairs.len() > NAMES_MAX {
        en.push(format!("{} more matters", pairs.len() - NAMES_MAX));
        zh.push(format!("等{}个事项", pairs.len()));
    }
    (
        format!(
            "{code} does not decide {}: its lead is a street office, and {} says 不派基层 whenever it fits",
            en.join("; "),
            list.join(", ")
        ),
        format!(
            "{code}对{}不起作用：其主办为街道，而{}规定不派基层",
            zh.join("；"),
            list.join("、")
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

pub(super) fn year_missing(year: i32) -> Said {
    (
        format!(
            "the days off of {year} are not here (holidays/{year}.json): until they are, due times that run into {year} leave out \
             weekends only"
        ),
        format!(
            "缺少{year}年节假日安排（holidays/{year}.json）：补齐之前，到期日落入{year}年的时限仅扣除周末"
        ),
    )
}
