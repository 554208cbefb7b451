//! An invented city of any size, and questions about it: the same in every run.
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use contracts::calendar::CalendarV1;
use contracts::terms::{LimitUnit, StartRule};
use contracts::words::{Kind, Urgency};
use routing::domain::decide::{Place, Question};
use routing::domain::snapshot::{
    Amount, DeadlineRow, DivisionRow, DutyRow, MatterRow, OverlayRow, Snapshot, UnitRow,
};
use routing::domain::validity::Dates;
use routing::domain::words::{DivisionLevel, UnitLevel};
use std::collections::BTreeMap;

const FUNCTIONS: [&str; 8] = [
    "GOV", "STREET", "URBAN", "EPB", "HOUSING", "HEALTH", "POLICE", "MARKET",
];
const KEYS: [(&str, [&str; 4]); 4] = [
    ("场所类型", ["建筑工地", "公园", "住宅小区", "人行道"]),
    ("工地监管", ["住建", "交通", "水利", "地铁"]),
    ("权属", ["无主", "供电", "通信", "小区"]),
    ("主体", ["企业", "街道", "地铁", "装修户"]),
];
const OPEN: Dates = Dates {
    from: NaiveDate::from_ymd_opt(2020, 1, 1).expect("a day"),
    to: None,
};

/// How large.
#[derive(Clone, Copy, Debug)]
pub struct Size {
    pub duties: usize,
    pub districts: usize,
    pub streets: usize,
    pub communities: usize,
    pub matters: usize,
}

/// As a real city is today, and ten and two hundred times as detailed.
pub const SIZES: [Size; 3] = [
    Size {
        duties: 420,
        districts: 17,
        streets: 208,
        communities: 60,
        matters: 282,
    },
    Size {
        duties: 10_000,
        districts: 17,
        streets: 208,
        communities: 2_000,
        matters: 500,
    },
    Size {
        duties: 100_000,
        districts: 20,
        streets: 300,
        communities: 5_000,
        matters: 1_000,
    },
];

/// A fixed sequence of numbers that look random.
pub struct Numbers(pub u64);

impl Numbers {
    pub fn below(&mut self, end: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % end
    }

    fn of<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        &list[self.below(list.len())]
    }

    fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }
}

/// The city's tables. Priorities differ, so that two duties are never equal.
pub fn snapshot(size: Size) -> Snapshot {
    let mut numbers = Numbers(42);
    let divisions = divisions(size);
    let streets: Vec<&DivisionRow> = divisions
        .iter()
        .filter(|row| row.level == DivisionLevel::Street)
        .collect();
    let zone = divisions
        .iter()
        .find(|row| row.level == DivisionLevel::Zone)
        .unwrap()
        .code
        .clone();
    let overlay = |street: &&DivisionRow| OverlayRow {
        code: format!("OV{}", street.code),
        zone: zone.clone(),
        division: street.code.clone(),
        functions: None,
        origin: street.parent.clone().unwrap(),
        dates: OPEN,
        basis: String::new(),
    };
    let overlays = streets.iter().skip(3).step_by(20).map(overlay).collect();
    let (units, matters) = (units(&divisions), matters(size));
    let of_level = |level| divisions.iter().filter(|row| row.level == level).collect();
    let areas = Areas {
        districts: [of_level(DivisionLevel::District), of_level(DivisionLevel::Zone)].concat(),
        streets: of_level(DivisionLevel::Street),
        communities: of_level(DivisionLevel::Community),
    };
    let duties = (0..size.duties)
        .map(|number| duty(number, &mut numbers, &areas, &matters, &units))
        .collect();
    Snapshot {
        past_orders: Vec::new(),
        policies: routing::domain::policies::Policies::default(),
        utc_offset_secs: 28_800,
        overlays,
        boundaries: Vec::new(),
        gazetteer: Vec::new(),
        functions: FUNCTIONS
            .iter()
            .map(|code| ((*code).to_owned(), (*code).to_owned()))
            .collect(),
        vocabulary: BTreeMap::new(),
        units,
        matters,
        duties,
        scope: Vec::new(),
        deadlines: vec![deadline()],
        calendars: Vec::<CalendarV1>::new(),
        city_calendar: "正常".to_owned(),
        days: Vec::new(),
        divisions,
    }
}

fn division(code: String, level: DivisionLevel, parent: Option<String>) -> DivisionRow {
    DivisionRow {
        name: format!("区划{code}"),
        code,
        level,
        parent,
        kind: "行政区".to_owned(),
        dates: OPEN,
    }
}

/// One city; districts and, at the end, one functional zone; streets and communities dealt out evenly.
fn divisions(size: Size) -> Vec<DivisionRow> {
    let city = "100000".to_owned();
    let district = |n: usize| format!("{:06}", 100_001 + n);
    let street = |n: usize| format!("{}{:03}", district(n % (size.districts - 1)), n);
    let community = |n: usize| format!("{}{:04}", street(n % size.streets), n);
    let mut rows = vec![division(city.clone(), DivisionLevel::City, None)];
    for n in 0..size.districts {
        let level = if n + 1 == size.districts {
            DivisionLevel::Zone
        } else {
            DivisionLevel::District
        };
        rows.push(division(district(n), level, Some(city.clone())));
    }
    let parent = |n: usize| Some(district(n % (size.districts - 1)));
    rows.extend((0..size.streets).map(|n| division(street(n), DivisionLevel::Street, parent(n))));
    let parent = |n: usize| Some(street(n % size.streets));
    rows.extend((0..size.communities).map(|n| division(community(n), DivisionLevel::Community, parent(n))));
    rows.sort_by(|a, b| a.code.cmp(&b.code));
    rows
}

/// One unit per function in the city and in each district, and an office in four of five streets.
fn units(divisions: &[DivisionRow]) -> Vec<UnitRow> {
    let unit = |code: String, level: UnitLevel, division: &str, function: &str| UnitRow {
        name: format!("单位{code}"),
        short_name: code.clone(),
        code,
        level,
        kind: "政府部门".to_owned(),
        parent: None,
        divisions: vec![division.to_owned()],
        functions: vec![function.to_owned()],
        may_return: true,
        access: "nats".to_owned(),
        calendar: "正常".to_owned(),
        dates: OPEN,
        note: String::new(),
    };
    let mut units = Vec::new();
    for row in divisions {
        let (prefix, level) = match row.level {
            DivisionLevel::City => ("SJ", UnitLevel::City),
            DivisionLevel::District | DivisionLevel::Zone => ("QX", UnitLevel::District),
            DivisionLevel::Street if !row.code.ends_with('5') => ("JD", UnitLevel::Street),
            _ => continue,
        };
        let functions = if prefix == "JD" {
            &FUNCTIONS[1..2]
        } else {
            &FUNCTIONS[..]
        };
        units.extend(
            functions
                .iter()
                .map(|f| unit(format!("{prefix}-{}-{f}", row.code), level, &row.code, f)),
        );
    }
    units.sort_by(|a, b| a.code.cmp(&b.code));
    units
}

fn matters(size: Size) -> Vec<MatterRow> {
    let matter = |code: String, level: u8, parent: Option<String>| MatterRow {
        name: format!("事项{code}"),
        code,
        parent,
        level,
        description: String::new(),
        keywords: Vec::new(),
        kind: None,
        urgency: None,
        class: None,
    };
    let mut rows: Vec<MatterRow> = Vec::new();
    for n in 0..size.matters {
        let (top, middle) = (
            format!("M{:02}", n % 14),
            format!("M{:02}{:02}", n % 14, n / 14 % 6),
        );
        for (code, level, parent) in [
            (top.clone(), 1, None),
            (middle.clone(), 2, Some(top)),
            (format!("{middle}{n:04}"), 3, Some(middle)),
        ] {
            if rows.iter().all(|row| row.code != code) {
                rows.push(matter(code, level, parent));
            }
        }
    }
    rows.sort_by(|a, b| a.code.cmp(&b.code));
    rows
}

struct Areas<'a> {
    districts: Vec<&'a DivisionRow>,
    streets: Vec<&'a DivisionRow>,
    communities: Vec<&'a DivisionRow>,
}

/// Of the first two thousand, three of four are for the whole city and one of five for a district or zone; where a
/// city has more duties, they are for streets and communities.
fn duty(
    number: usize,
    numbers: &mut Numbers,
    areas: &Areas<'_>,
    matters: &[MatterRow],
    units: &[UnitRow],
) -> DutyRow {
    let division = match numbers.below(100) {
        0..74 if number < 2_000 => None,
        74..94 => Some(numbers.of(&areas.districts)),
        94 => Some(numbers.of(&areas.communities)),
        _ => Some(numbers.of(&areas.streets)),
    };
    let division = division.map(|row| row.code.clone());
    let role = [
        "ROLE:URBAN@区县",
        "ROLE:EPB@区县",
        "ROLE:STREET@街道",
        "ROLE:POLICE@市",
    ];
    let lead = if numbers.chance(55) {
        (*numbers.of(&role)).to_owned()
    } else {
        numbers.of(units).code.clone()
    };
    let mut conditions = Vec::new();
    if numbers.chance(22) {
        let (key, values) = numbers.of(&KEYS);
        conditions.push(format!("{key}={}", numbers.of(values)));
        if numbers.chance(20) {
            conditions.push("时段=22:00-06:00".to_owned());
        }
    }
    DutyRow {
        code: format!("PD{number:06}"),
        matter: Some(numbers.of(matters).code.clone()),
        division,
        conditions: conditions.join(";"),
        lead,
        co_handlers: (0..numbers.below(3))
            .map(|_| numbers.of(units).code.clone())
            .collect(),
        priority: i32::try_from(number).unwrap(),
        not_to_grassroots: false,
        dates: if numbers.chance(5) {
            let last = NaiveDate::from_ymd_opt(2026, 1, 1).unwrap()
                + TimeDelta::days(i64::try_from(numbers.below(360)).unwrap());
            Dates {
                to: Some(last),
                ..OPEN
            }
        } else {
            OPEN
        },
        basis: "派单目录（样例）".to_owned(),
        note: String::new(),
    }
}

fn deadline() -> DeadlineRow {
    let amount = Amount {
        amount: 1,
        unit: LimitUnit::WorkingDays,
    };
    DeadlineRow {
        code: "D1".to_owned(),
        class: None,
        kind: None,
        urgency: None,
        level: None,
        priority: 1,
        sign: amount,
        respond: amount,
        finish: amount,
        start: StartRule::Acceptance,
        extensions_max: 0,
        extension_max: 0,
        extension_sum_max: 0,
        extension_unit: LimitUnit::WorkingDays,
        return_window: amount,
        returns_max: 1,
        basis: String::new(),
    }
}

/// Complaints of every matter, in streets and communities, with no to three facts, over a year.
pub fn questions(city: &Snapshot, count: usize) -> Vec<Question> {
    let mut numbers = Numbers(7);
    let places: Vec<&DivisionRow> = city
        .divisions
        .iter()
        .filter(|row| row.level >= DivisionLevel::Street)
        .collect();
    let matters: Vec<&MatterRow> = city.matters.iter().filter(|row| row.level == 3).collect();
    let begin = "2026-01-01T00:00:00Z".parse::<DateTime<Utc>>().unwrap();
    let question = |_| {
        let facts = (0..numbers.below(4)).map(|_| {
            let (key, values) = numbers.of(&KEYS);
            ((*key).to_owned(), (*numbers.of(values)).to_owned())
        });
        let facts = facts.collect();
        Question {
            accepted_at: begin + TimeDelta::minutes(i64::try_from(numbers.below(500_000)).unwrap()),
            kind: Some(*numbers.of(&[Kind::Grievance, Kind::Help, Kind::Report])),
            urgency: Some(Urgency::Ordinary),
            matter: Some(numbers.of(&matters).code.as_str().into()),
            place: Place {
                division: Some(numbers.of(&places).code.clone()),
                ..Place::default()
            },
            facts,
            excluded: Vec::new(),
            concluded: None,
        }
    };
    (0..count).map(question).collect()
}
