//! Sentences about what is named and is not there in time, or is there twice.
use super::Said;
use crate::domain::directory::{Division, Duty, Unit};
use crate::domain::snapshot::UnitRow;
use crate::domain::validity::Day;

/// What a row of some table names.
pub(in crate::domain::lint) struct Named<'a> {
    pub column: &'a str,
    pub code: &'a str,
    pub name: &'a str,
    pub end: Day,
}

pub(in crate::domain::lint) fn unit_ends(duty: &Duty, unit: &UnitRow, end: Day, gone: bool) -> Said {
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

pub(in crate::domain::lint) fn helper_ends(duty: &Duty, unit: &UnitRow, end: Day) -> Said {
    let (code, day) = (&duty.row.code, end.date());
    (
        format!(
            "{code} lasts longer than its helper {} {}, which ends on {day}",
            unit.code, unit.name
        ),
        format!("{code}的协办{}“{}”于{day}失效，早于该条目", unit.code, unit.name),
    )
}

pub(in crate::domain::lint) fn division_ends(duty: &Duty, division: &Division, end: Day) -> Said {
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

pub(in crate::domain::lint) fn unit_begins(duty: &Duty, unit: &UnitRow, begin: Day) -> Said {
    let (code, day) = (&duty.row.code, begin.date());
    (
        format!(
            "{code} begins before its lead {} {}, which begins on {day}",
            unit.code, unit.name
        ),
        format!(
            "{code}的主办{}“{}”自{day}起生效，晚于该条目",
            unit.code, unit.name
        ),
    )
}

pub(in crate::domain::lint) fn named_ends(row: &str, named: &Named<'_>) -> Said {
    let Named {
        column,
        code,
        name,
        end,
    } = named;
    let day = end.date();
    (
        format!("{row} lasts longer than its {column} {code} {name}, which ends on {day}"),
        format!("{row}的{column}{code}“{name}”于{day}失效，早于该行"),
    )
}

pub(in crate::domain::lint) fn names_end(shown: &str, count: usize, division: &Division, end: Day) -> Said {
    let (code, name, day) = (&division.code, &division.name, end.date());
    (
        format!("{count} names of places lie in {code} {name}, which ends on {day}: {shown}"),
        format!("{count}个地名所属的{code}“{name}”于{day}失效：{shown}"),
    )
}

pub(in crate::domain::lint) fn same_role(
    [first, second]: [&Unit; 2],
    functions: &[&str],
    (names, names_zh): &Said,
) -> Said {
    let (one, other) = (&first.row, &second.row);
    let list = functions.join(", ");
    (
        format!(
            "{} {} and {} {} both have {list} in {names}: roles always become the first",
            one.code, one.name, other.code, other.name
        ),
        format!(
            "{}“{}”与{}“{}”在{names_zh}均承担{list}，按角色派单时总取前者",
            one.code, one.name, other.code, other.name
        ),
    )
}
