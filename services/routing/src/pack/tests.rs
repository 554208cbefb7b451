//! Good packs, bad packs, and the same pack twice.
mod policies;
mod units;

use super::{Files, encode, read, read_folder};
use runtime::embedded::ThrowAway;
use std::path::Path;

const OFFSET_SECS: i32 = 28_800;

fn sample() -> Files {
    read_folder(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../infra/cities/sample")).unwrap()
}

/// The sample with one replacement in one file.
fn spoilt(file: &str, from: &str, to: &str) -> Files {
    let mut files = sample();
    let text = files.0.get_mut(file).unwrap();
    assert!(text.contains(from), "{file} no longer contains {from:?}");
    *text = text.replacen(from, to, 1);
    files
}

fn faults(files: &Files) -> String {
    read(files, OFFSET_SECS)
        .unwrap_err()
        .list()
        .iter()
        .map(|fault| format!("{fault}\n"))
        .collect()
}

#[test]
fn the_same_content_gives_the_same_bytes() {
    let first = encode(&read(&sample(), OFFSET_SECS).unwrap()).unwrap();
    let mut shuffled = sample();
    for text in shuffled
        .0
        .iter_mut()
        .filter(|(name, _)| name.ends_with("units.csv"))
        .map(|(_, text)| text)
    {
        let (header, rows) = text.split_once('\n').unwrap();
        let mut rows: Vec<&str> = rows.lines().collect();
        rows.reverse();
        *text = format!("\u{feff}{header}\n{}\n", rows.join("\r\n"));
    }
    assert_eq!(encode(&read(&shuffled, OFFSET_SECS).unwrap()).unwrap(), first);
    let renamed = read(&spoilt("units.csv", "市热线中心", "热线中心"), OFFSET_SECS).unwrap();
    assert_ne!(encode(&renamed).unwrap().1, first.1);
}

#[test]
fn a_snapshot_survives_storage() {
    let snapshot = read(&sample(), OFFSET_SECS).unwrap();
    let (bytes, _) = encode(&snapshot).unwrap();
    assert_eq!(
        serde_json::from_slice::<crate::domain::snapshot::Snapshot>(&bytes).unwrap(),
        snapshot
    );
}

/// File, what is replaced by what, and what the fault must say.
const SPOILT: &[(&str, &str, &str, &str)] = &[
    (
        "units.csv",
        "单位名称",
        "名字",
        "units.csv:1 单位名称: \"\": expected a column 单位名称",
    ),
    (
        "units.csv",
        "单位名称",
        "名字",
        "units.csv:1 名字: \"名字\": expected one of the columns",
    ),
    (
        "units.csv",
        "QX-990192-URBAN,岚川站地区综合管理办公室,站区管理办,区县级,管委会,QX-990102-GOV",
        "QX-990192-URBAN,岚川站地区综合管理办公室,站区管理办,区县级,管委会,QX-990192-URBAN",
        "上级单位: \"QX-990192-URBAN\": expected a superior unit that is not below the unit itself",
    ),
    (
        "units.csv",
        "简称",
        "单位名称",
        "units.csv:1 单位名称: \"单位名称\": expected each column once",
    ),
    (
        "units.csv",
        "SJ-URBAN,",
        "SJ-HOTLINE,",
        "units.csv:3 单位编码: \"SJ-HOTLINE\": expected a key that no other",
    ),
    (
        "units.csv",
        "SJ-URBAN,",
        "SJ.URBAN,",
        "units.csv:3 单位编码: \"SJ.URBAN\": expected at most 64",
    ),
    (
        "units.csv",
        ",990100,URBAN_MGMT",
        ",990109,URBAN_MGMT",
        "units.csv:3 管辖区划编码: \"990109\": expected a key of divisions.csv",
    ),
    (
        "units.csv",
        "URBAN_MGMT;SANITATION",
        "URBAN",
        "units.csv:3 职能代码: \"URBAN\": expected a key of functions.csv",
    ),
    (
        "divisions.csv",
        "990102,映霞区,区县,990100",
        "990102,映霞区,区县,990102001",
        "expected a parent that does not lie in the division itself",
    ),
    (
        "divisions.csv",
        "990102001,霞光路街道,街道乡镇,990102",
        "990102001,霞光路街道,街道乡镇,990102002",
        "expected a parent of a coarser level",
    ),
    (
        "divisions.csv",
        "老橘园社区,社区,990103002,行政区,2020-01-01,2024-12-31",
        "老橘园社区,社区,990103002,行政区,2020-01-01,2019-12-31",
        "失效日期: \"2019-12-31\": expected a date not before 2020-01-01",
    ),
    (
        "divisions.csv",
        "2024-12-31",
        "2024-12-32",
        "expected a date YYYY-MM-DD",
    ),
    (
        "matters.csv",
        "M0101,市容环卫,M01,2",
        "M0101,市容环卫,M01,3",
        "expected an entry one level above",
    ),
    (
        "matters.csv",
        "M0101,市容环卫,M01,2",
        "M0101,市容环卫,M09,2",
        "expected a key of matters.csv",
    ),
    (
        "duties.csv",
        "PD0002,M01,",
        "PD0002,M99,",
        "duties.csv:3 事项编码: \"M99\": expected a key of matters.csv",
    ),
    (
        "duties.csv",
        "RX-990121",
        "RX-990122",
        "duties.csv:2 主办: \"RX-990122\": expected a key of units.csv",
    ),
    (
        "duties.csv",
        "ROLE:URBAN_MGMT@区县",
        "ROLE:URBAN_MGMT@省",
        "expected a unit or ROLE:",
    ),
    (
        "duties.csv",
        "场所类型=住宅小区",
        "场所类型:住宅小区",
        "is no clause",
    ),
    (
        "duties.csv",
        "场所类型=住宅小区",
        "场所类型=宫殿",
        "duties.csv:7 条件: \"宫殿\": expected one of",
    ),
    (
        "duties.csv",
        "地名=柳巷支路",
        "地名=柳巷大道",
        "\"柳巷大道\": expected a key of gazetteer.csv",
    ),
    (
        "duties.csv",
        ",20,否,",
        ",20,不,",
        "不派基层: \"不\": expected 是 or 否",
    ),
    (
        "duties.csv",
        ",20,否,",
        ",高,否,",
        "优先级: \"高\": expected a whole number",
    ),
    ("duties.csv", "PD0002,M01,,", "PD0002,M01,", "duties.csv:3: "),
    (
        "overlays.csv",
        "990191,990104003,全部职能,,990104",
        "990191,990104003,全部职能,,990103",
        "expected the district, county or zone that holds",
    ),
    (
        "overlays.csv",
        "990191,990104004,全部职能,,990104,2025-07-01",
        "990191,990104003,全部职能,,990104,2025-07-01",
        "expected a division that no other item takes over",
    ),
    (
        "overlays.csv",
        "URBAN_MGMT;SANITATION",
        "",
        "接管职能代码: \"\": expected a value",
    ),
    (
        "gazetteer.csv",
        "供热方式=自管站",
        "供热方式",
        "expected key=value pairs",
    ),
    (
        "gazetteer.csv",
        "125.125000",
        "east",
        "经度: \"east\": expected a decimal number",
    ),
    (
        "deadlines.csv",
        "SX001,*,*,*,*",
        "SX001,JJ,*,*,*",
        "expected one line with * in all four columns",
    ),
    (
        "deadlines.csv",
        "SX004,MS,*,*,*,55",
        "SX004,MS,*,*,*,70",
        "expected another priority",
    ),
    (
        "deadlines.csv",
        ",2,工作小时,1,工作日,15",
        ",0,工作小时,1,工作日,15",
        "签收时限: \"0\": expected a whole number from 1",
    ),
    (
        "work_hours.csv",
        "08:30,12:00",
        "12:30,12:00",
        "expected hours that make a calendar",
    ),
    ("work_hours.csv", "1-5", "5-1", "星期: \"5-1\": expected weekdays"),
    (
        "intake_scope.csv",
        "SJ-DISCIPLINE",
        "SJ-NOBODY",
        "转往单位编码: \"SJ-NOBODY\": expected a key of units.csv",
    ),
    (
        "holidays/2026.json",
        "\"isOffDay\": true",
        "\"off\": true",
        "holidays/2026.json",
    ),
    (
        "boundaries.geojson",
        "\"990102\"",
        "\"990902\"",
        "\"990902\": expected a key of divisions.csv",
    ),
    (
        "boundaries.geojson",
        "[125.1, 30.1], [125.2, 30.1], [125.206, 30.15]",
        "[125.1, 30.1], [125.206, 30.15], [125.2, 30.1]",
        "expected a polygon that does not cross or touch itself",
    ),
    (
        "boundaries.geojson",
        "[[[125.02, 30.03], [125.06, 30.03], [125.06, 30.07], [125.02, 30.07], [125.02, 30.03]]]",
        "[[[125.02, 30.03], [125.04, 30.05], [125.06, 30.07], [125.02, 30.07], [125.04, 30.05], [125.06, 30.03], [125.02, 30.03]]]",
        "\"edges 0 and 3\": expected a polygon that does not cross or touch itself",
    ),
    (
        "boundaries.geojson",
        "[125.02, 30.07], [125.02, 30.03]]]",
        "[125.02, 30.07], [125.02, 30.03]], [[125.05, 30.04], [125.09, 30.04], [125.09, 30.06], [125.05, 30.04]]]",
        "\"rings 0 and 1\": expected rings that do not cross each other",
    ),
    (
        "boundaries.geojson",
        "[125.02, 30.07], [125.02, 30.03]]]",
        "[125.02, 30.07], [125.02, 30.03]], [[125.15, 30.04], [125.19, 30.04], [125.19, 30.06], [125.15, 30.04]]]",
        "\"ring 1\": expected holes inside of the outer ring",
    ),
    (
        "boundaries.geojson",
        "[125.104, 30.15], [125.1, 30.1]]]",
        "[125.104, 30.15]]]",
        "expected a ring of at least 4 points",
    ),
];

#[test]
fn every_fault_names_file_line_column_value_and_what_was_expected() {
    for &(file, from, to, expected) in SPOILT {
        let found = faults(&spoilt(file, from, to));
        assert!(
            found.contains(expected),
            "{file} {from:?} → {to:?}: expected {expected:?}, found\n{found}"
        );
    }
}

#[test]
fn one_pass_finds_every_fault() {
    let mut files = spoilt("duties.csv", "RX-990121", "RX-990122");
    let units = files.0["units.csv"].replacen("正常", "昼夜", 1);
    files.0.insert("units.csv".to_owned(), units);
    files.0.insert("unit.csv".to_owned(), String::new());
    files.0.remove("functions.csv");
    let found = faults(&files);
    for expected in [
        "RX-990122",
        "昼夜",
        "unit.csv: ",
        "functions.csv: \"\": expected this file",
    ] {
        assert!(found.contains(expected), "{expected} is not in\n{found}");
    }
}

#[test]
fn what_is_not_a_pack_is_refused() {
    let empty = ThrowAway::new("no-pack").unwrap();
    assert!(
        read_folder(empty.path())
            .unwrap_err()
            .to_string()
            .contains("holds no pack")
    );
    assert!(read(&Files::default(), OFFSET_SECS).unwrap_err().list().len() >= 8);
}

#[test]
fn a_misspelt_file_is_refused_by_the_name_that_is_meant_and_others_are_left_alone() {
    let folder = ThrowAway::new("misspelt-pack").unwrap();
    let beside = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    std::fs::create_dir(folder.path().join("holidays")).unwrap();
    for (name, text) in &sample().0 {
        beside(name, text);
    }
    beside("complaints_test.csv", "编号,标题\n1,路灯不亮\n");
    beside("notes.txt", "policies.csv to come");
    let before = read(&read_folder(folder.path()).unwrap(), OFFSET_SECS).unwrap();
    assert_eq!(before, read(&sample(), OFFSET_SECS).unwrap());
    beside("polices.csv", "政策,取值,说明\n退单政策,首接负责,\n");
    beside("complaint_train.csv", "编号,标题\n1,路灯不亮\n");
    let found = faults(&read_folder(folder.path()).unwrap());
    for expected in [
        "polices.csv: \"polices.csv\": expected the name policies.csv",
        "complaint_train.csv: \"complaint_train.csv\": expected the name complaints_train.csv",
    ] {
        assert!(found.contains(expected), "{expected} is not in\n{found}");
    }
    assert_eq!(found.lines().count(), 2, "{found}");
}
