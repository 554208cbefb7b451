//! How people say the names of divisions and places: without the city's name, without the word for the kind of
//! thing, with the usual short names of development zones. General habits of Chinese addresses, no city's list.
use super::Division;
use crate::domain::words::DivisionLevel;

/// A stem of fewer characters says too little.
const DIVISION_STEM_CHARS_MIN: usize = 2;
const PLACE_STEM_CHARS_MIN: usize = 3;

/// Kinds of zones with the short names that are usual all over the country.
const ZONES: [(&str, &str); 5] = [
    ("经济技术开发区", "经开区"),
    ("高新技术产业开发区", "高新区"),
    ("高新技术开发区", "高新区"),
    ("经济综合实验区", "区"),
    ("综合保税区", "综保区"),
];
const NATIONS: [&str; 6] = ["回族", "满族", "蒙古族", "壮族", "土家族", "维吾尔族"];
/// Longest first: `新区` before `区`.
const KINDS_OF_DIVISIONS: [&str; 8] = ["街道", "新区", "地区", "镇", "乡", "区", "县", "市"];
const KINDS_OF_PLACES: [&str; 9] = [
    "地铁站",
    "工地",
    "家属院",
    "小区",
    "市场",
    "景区",
    "公园",
    "校区",
    "站",
];
/// Words that tell the parts of one road apart.
const PARTS_OF_ROADS: [char; 5] = ['东', '西', '南', '北', '中'];
const KINDS_OF_ROADS: [&str; 4] = ["大道", "大街", "路", "街"];

/// The names of a division that mean it: as written, without the name of what it lies in, and the usual short
/// names of zones.
pub(super) fn full_names(division: &Division, parent: Option<&str>, city: &str) -> Vec<String> {
    // Everything is in the city: its name says nothing.
    if division.level == DivisionLevel::City {
        return Vec::new();
    }
    let mut names = vec![division.name.clone()];
    let mut add = |name: String| {
        if name.chars().count() > DIVISION_STEM_CHARS_MIN && !names.contains(&name) {
            names.push(name);
        }
    };
    let inner = parent.and_then(|parent| division.name.strip_prefix(parent));
    let local = inner
        .or_else(|| division.name.strip_prefix(city))
        .unwrap_or(&division.name);
    add(local.to_owned());
    for (kind, short) in ZONES {
        if let Some(stem) = local.strip_suffix(kind) {
            add(format!("{stem}{short}"));
        }
    }
    for nation in NATIONS.iter().filter(|nation| local.contains(**nation)) {
        add(local.replace(nation, ""));
    }
    if let Some(stem) = local.strip_suffix("街道") {
        add(format!("{stem}办事处"));
    }
    names
}

/// The name of a community without the word for it.
pub(super) fn community_stem(division: &Division) -> Option<&str> {
    let community = division.level == DivisionLevel::Community;
    division.name.strip_suffix("社区").filter(|_| community)
}

/// What is left of the full names without the word for the level. People say it, but it may be a word of another
/// name as well; communities are never meant by it.
pub(super) fn short_names(division: &Division, full: &[String]) -> Vec<String> {
    let mut names = Vec::new();
    if division.level == DivisionLevel::Community {
        return names;
    }
    for name in full {
        let stem = KINDS_OF_DIVISIONS.iter().find_map(|kind| name.strip_suffix(kind));
        let said = stem.filter(|stem| stem.chars().count() >= DIVISION_STEM_CHARS_MIN);
        names.extend(said.map(str::to_owned));
    }
    names
}

/// What people say for a place or road: its name without the word for what it is, 院 for 家属院, 三小 for 第三小学, and the
/// name of the whole road for its eastern, western … part.
pub(super) fn parts_of_place(name: &str) -> Vec<String> {
    let stem = KINDS_OF_PLACES.iter().find_map(|kind| name.strip_suffix(kind));
    let yard = name.strip_suffix("家属院").map(|stem| format!("{stem}院"));
    let parts = [
        stem.map(str::to_owned),
        yard,
        numbered_school(name),
        whole_road(name),
    ];
    let told = |part: &String| part.chars().count() >= PLACE_STEM_CHARS_MIN;
    parts.into_iter().flatten().filter(told).collect()
}

fn numbered_school(name: &str) -> Option<String> {
    let short = |kind: &str, short: &str| {
        let (school, number) = name.strip_suffix(kind)?.rsplit_once('第')?;
        (number.chars().count() <= 2).then(|| format!("{school}{number}{short}"))
    };
    short("中学", "中").or_else(|| short("小学", "小"))
}

fn whole_road(name: &str) -> Option<String> {
    let kind = KINDS_OF_ROADS.iter().find(|kind| name.ends_with(**kind))?;
    let stem = name.strip_suffix(kind)?.strip_suffix(PARTS_OF_ROADS)?;
    Some(format!("{stem}{kind}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::validity::Dates;

    fn division(name: &str, level: DivisionLevel) -> Division {
        let from = chrono::NaiveDate::from_ymd_opt(2020, 1, 1).unwrap();
        Division {
            code: "990100".to_owned(),
            name: name.to_owned(),
            level,
            parent: None,
            validity: Dates { from, to: None }.into(),
        }
    }

    #[test]
    fn divisions_are_said_in_several_ways() {
        use DivisionLevel::{Community, District, Street, Zone};
        for (name, level, parent, full, short) in [
            ("映霞区", District, "岚川市", "映霞区", "映霞"),
            (
                "柳坪满族区",
                District,
                "岚川市",
                "柳坪满族区 柳坪区",
                "柳坪满族 柳坪",
            ),
            (
                "岚川经济技术开发区",
                Zone,
                "岚川市",
                "岚川经济技术开发区 经济技术开发区 经开区",
                "岚川经济技术开发 经济技术开发 经开",
            ),
            ("星澜新区", Zone, "岚川市", "星澜新区", "星澜"),
            ("竹溪街道", Street, "竹屿区", "竹溪街道 竹溪办事处", "竹溪"),
            (
                "竹屿区竹溪街道",
                Street,
                "竹屿区",
                "竹屿区竹溪街道 竹溪街道 竹溪办事处",
                "竹屿区竹溪 竹溪",
            ),
            ("霞光社区", Community, "霞光路街道", "霞光社区", ""),
        ] {
            let division = division(name, level);
            let names = full_names(&division, Some(parent), "岚川");
            assert_eq!(names.join(" "), full);
            assert_eq!(short_names(&division, &names).join(" "), short);
        }
    }

    #[test]
    fn places_are_said_shorter() {
        for (name, parts) in [
            ("老纱厂家属院", "老纱厂 老纱厂院"),
            ("岚川市第三小学", "岚川市三小"),
            ("松风路改造工地", "松风路改造"),
            ("澜江东路", "澜江路"),
            ("柳站", ""),
            ("东路", ""),
        ] {
            assert_eq!(parts_of_place(name).join(" "), parts, "{name}");
        }
    }
}
