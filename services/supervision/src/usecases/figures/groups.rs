//! Figures by group.
use super::each_counted;
use crate::domain::figures::{Case, Figures, Names, ScoresPolicy, Span};
use crate::store::reading::Readings;
use chrono::{DateTime, Utc};
use db::DbError;
use std::collections::BTreeMap;

/// What figures are given by.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum By {
    /// One line for the whole city.
    City,
    /// 承办单位
    Unit,
    /// Districts and zones, by the levels of the policy.
    District,
    /// 事项
    Matter,
    /// 事项, rolled up to the first level of the catalogue.
    MatterClass,
    /// 诉求类型
    Kind,
    /// 渠道
    Channel,
}

impl By {
    /// Every way.
    pub const ALL: [(&'static str, Self); 7] = [
        ("city", Self::City),
        ("unit", Self::Unit),
        ("district", Self::District),
        ("matter", Self::Matter),
        ("matter_class", Self::MatterClass),
        ("kind", Self::Kind),
        ("channel", Self::Channel),
    ];
}

/// Which cases.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Wanted {
    /// The period.
    pub span: Span,
    /// Later facts are left out.
    pub as_of: DateTime<Utc>,
    /// Of this unit only.
    pub unit: Option<String>,
    /// Of this district only.
    pub district: Option<String>,
    /// Of this matter and those below it only.
    pub matter: Option<String>,
}

/// A line of figures.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Group {
    /// Code; empty for the city.
    pub code: String,
    /// Name; the code when there is none.
    pub name: String,
    /// Its figures.
    pub figures: Figures,
}

impl Wanted {
    /// True when the case is one of those wanted.
    #[must_use]
    pub fn has(&self, case: &Case, names: &Names, policy: &ScoresPolicy, matters: Option<&[String]>) -> bool {
        let of_unit = self.unit.is_none() || self.unit == case.unit;
        let of_matter = matters.is_none_or(|all| case.matter.as_ref().is_some_and(|m| all.contains(m)));
        let of_district =
            self.district.is_none() || self.district == names.area(&case.divisions, &policy.area_levels);
        of_unit && of_matter && of_district
    }

    /// The matters that are wanted: the named one with those below it.
    #[must_use]
    pub fn matters(&self, names: &Names) -> Option<Vec<String>> {
        self.matter.as_ref().map(|matter| names.matters_below(matter))
    }
}

/// Figures of every group that has any.
///
/// # Errors
/// When the database fails.
pub async fn figures(
    readings: &Readings,
    names: &Names,
    policy: &ScoresPolicy,
    wanted: &Wanted,
    by: By,
) -> Result<Vec<Group>, DbError> {
    let mut groups: BTreeMap<String, Group> = BTreeMap::new();
    each_counted(readings, names, policy, wanted, |case, counted| {
        let Some(code) = code(case, names, policy, by) else {
            return;
        };
        let group = groups.entry(code).or_default();
        if by == By::Unit
            && let Some(name) = &case.unit_name
        {
            group.name.clone_from(name);
        }
        for one in counted {
            group.figures.add(one);
        }
    })
    .await?;
    let named = |(code, mut group): (String, Group)| {
        if let Some(name) = name(&code, names, by) {
            group.name = name;
        } else if group.name.is_empty() {
            group.name.clone_from(&code);
        }
        Group { code, ..group }
    };
    Ok(groups.into_iter().map(named).collect())
}

/// The group of a case; the city's part of an order belongs to no unit.
fn code(case: &Case, names: &Names, policy: &ScoresPolicy, by: By) -> Option<String> {
    let unknown = || Some(String::new());
    match by {
        By::City => unknown(),
        By::Unit => case.unit.clone(),
        By::District => names.area(&case.divisions, &policy.area_levels).or_else(unknown),
        By::Matter => case.matter.clone().or_else(unknown),
        By::MatterClass => case
            .matter
            .as_ref()
            .map(|matter| names.matter_of_level(matter, "1"))
            .or_else(unknown),
        By::Kind => case.kind.clone().or_else(unknown),
        By::Channel => case.channel.clone().or_else(unknown),
    }
}

fn name(code: &str, names: &Names, by: By) -> Option<String> {
    let list = match by {
        By::Unit => &names.units,
        By::District => &names.divisions,
        By::Matter | By::MatterClass => &names.matters,
        By::City | By::Kind | By::Channel => return None,
    };
    list.get(code).map(|entry| entry.name.clone())
}
