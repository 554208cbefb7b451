//! The monthly notice 通报: reply and implementation rate per unit, the best and the worst named, and the units that
//! pushed away what was their own, proposed for referral with the evidence.
use super::{Setting, gather};
use crate::domain::figures::{Figure, Figures, Period};
use crate::domain::reports::{self, Cell, Changes, Table};
use crate::store::reading::Readings;
use crate::store::report_counts::{self, PushedRow};
use chrono::{DateTime, Utc};
use db::DbError;
use std::collections::BTreeMap;

/// So many are named at each end of a peer group.
const NAMED: usize = 3;

/// The tables of the notice for a period.
///
/// # Errors
/// When the database fails.
pub async fn notice(
    readings: &Readings,
    setting: Setting<'_>,
    period: Period,
    as_of: DateTime<Utc>,
) -> Result<Vec<Table>, DbError> {
    let mut reading = readings.begin().await?;
    let conn = &mut *reading;
    let now = gather::numbers(conn, setting, Some(period), as_of).await?;
    let previous = gather::numbers(conn, setting, period.previous(), as_of).await?;
    let changes = Changes {
        now: &now,
        previous: &previous,
        year: &previous,
    };
    let span = period.span(setting.offset);
    let pushed = report_counts::pushed_away(conn, span, as_of).await?;
    Ok(vec![
        rates(setting, &now.units),
        reports::units(changes),
        referrals(setting, &pushed),
        reports::hard_matters(&now, setting.names),
    ])
}

/// Mean of reply and implementation rate: what units are named by.
fn standing(figures: &Figures) -> Option<f64> {
    let reply = figures.of(Figure::Finish).percent()?;
    let done = figures.of(Figure::Resolution).percent()?;
    Some(f64::midpoint(reply, done))
}

fn rates(setting: Setting<'_>, units: &BTreeMap<String, (String, Figures)>) -> Table {
    let mut table = Table::new(
        "named",
        ("Best and worst", "通报表扬与批评"),
        &[
            ("group", "group", "分组"),
            ("place", "place", "位次"),
            ("unit", "unit", "单位编码"),
            ("name", "name", "单位名称"),
            ("reply", "reply rate %", "回复率%"),
            ("implementation", "implementation rate %", "落实率%"),
        ],
    );
    let policy = setting.policy;
    let mut groups: BTreeMap<&str, Vec<(f64, &str, &str, &Figures)>> = BTreeMap::new();
    for (code, (name, figures)) in units {
        let level = setting.names.units.get(code).map(|entry| entry.level.as_str());
        if figures.of(Figure::Accuracy).of < policy.sample_min {
            continue;
        }
        if let Some(value) = standing(figures) {
            let group = groups.entry(policy.group_of(code, level)).or_default();
            group.push((value, code, name, figures));
        }
    }
    for (group, mut members) in groups {
        members.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(b.1)));
        // Who is among the best is not among the worst.
        let named = NAMED.min(members.len().div_ceil(2));
        let worst = members.len() - NAMED.min(members.len() - named);
        for (n, (_, code, name, figures)) in members.iter().enumerate() {
            let place = if n < named {
                Cell::Words("best", "先进")
            } else if n >= worst {
                Cell::Words("worst", "后进")
            } else {
                continue;
            };
            table.push(vec![
                Cell::Text(group.to_owned()),
                place,
                Cell::Text((*code).to_owned()),
                Cell::Text((*name).to_owned()),
                Cell::percent(figures.of(Figure::Finish).percent()),
                Cell::percent(figures.of(Figure::Resolution).percent()),
            ]);
        }
    }
    table
}

/// One line for each return of what was the unit's own, of units that did so often enough.
fn referrals(setting: Setting<'_>, pushed: &[PushedRow]) -> Table {
    let mut table = Table::new(
        "referrals",
        ("Proposed for discipline referral", "建议移送纪检"),
        &[
            ("unit", "unit", "单位编码"),
            ("name", "name", "单位名称"),
            ("order_number", "order", "工单号"),
            ("order_id", "order id", "工单标识"),
            ("returned_at", "returned", "退单时间"),
            ("reason", "its reason", "退单理由"),
            ("evidence", "evidence", "依据"),
        ],
    );
    let mut times: BTreeMap<&str, u32> = BTreeMap::new();
    for row in pushed {
        *times.entry(&row.unit).or_default() += 1;
    }
    for row in pushed {
        if times[row.unit.as_str()] < setting.policy.pushed_away_min {
            continue;
        }
        let name = setting.names.units.get(&row.unit).map(|unit| unit.name.clone());
        let local = |at: DateTime<Utc>| {
            at.with_timezone(&setting.offset)
                .format("%Y-%m-%d %H:%M")
                .to_string()
        };
        let rejected = row.rejected_at.map(|at| {
            let words = row.rejection.as_deref().unwrap_or_default();
            format!("{} 退单驳回：{words}", local(at))
        });
        let back = row
            .back_generation
            .map(|n| format!("第 {n} 次派单仍由该单位办理"));
        let evidence: Vec<String> = rejected.into_iter().chain(back).collect();
        table.push(vec![
            Cell::Text(row.unit.clone()),
            name.map_or(Cell::Nothing, Cell::Text),
            Cell::Text(row.order_number.clone().unwrap_or_default()),
            Cell::Text(row.order_id.to_string()),
            Cell::Text(local(row.requested_at)),
            row.reason.clone().map_or(Cell::Nothing, Cell::Text),
            Cell::Text(evidence.join("；")),
        ]);
    }
    table
}
