//! A city of real size, decided from its own gold columns. The pack is not part of this repository: its folder is
//! named by `HOTLINE_CITY_PACK`, or lies beside the workspace; without it the test says so and checks nothing.
use super::*;
use std::io::Write;

#[expect(
    clippy::disallowed_methods,
    reason = "where the pack lies is said by whoever runs the tests"
)]
pub(super) fn folder() -> Option<PathBuf> {
    let named = std::env::var_os("HOTLINE_CITY_PACK").map(PathBuf::from);
    let folder = named.unwrap_or_else(|| workspace().join("../shared/data/zhengzhou"));
    folder.join("complaints_train.csv").exists().then_some(folder)
}

/// Said aloud even when the test passes: the harness only holds back what `println!` says.
pub(super) fn say(line: &str) {
    writeln!(std::io::stderr(), "{line}").unwrap();
}

/// 处置, 主办, 协办 and 条目编号 as a row of the pack has them.
fn gold(row: &BTreeMap<String, String>, columns: [&str; 4]) -> [String; 4] {
    columns.map(|column| row[column].clone())
}

/// The same of a decision.
pub(super) fn found(directory: &Directory, decision: &Decision) -> [String; 4] {
    let code = |unit: &crate::domain::codes::UnitId| directory.units.get(*unit).row.code.clone();
    let disposition = match decision.outcome {
        Outcome::Assigned(lead) if directory.units.get(lead).row.kind == "县市热线" => "转县市",
        Outcome::Assigned(_) => "派单",
        Outcome::Undecided(why) if why.outcome() == "consultation" => "会商",
        Outcome::Undecided(_) => "补充信息",
    };
    let duties = decision.duties.iter();
    let duties: Vec<&str> = duties
        .map(|duty| directory.duties.get(*duty).row.code.as_str())
        .collect();
    let helpers: Vec<String> = decision.co_handlers.iter().map(code).collect();
    let lead = lead_code(directory, decision);
    [disposition.to_owned(), lead, helpers.join(";"), duties.join(";")]
}

/// The others are settled by intake, before the catalogue is asked.
pub(super) fn is_routed(disposition: &str) -> bool {
    ["派单", "转县市", "会商"].contains(&disposition)
}

/// Says how many are right, and fails with those that are not.
fn hold(what: &str, asked: usize, wrong: &[String]) {
    let (right, all) = (asked - wrong.len(), wrong.join("\n"));
    say(&format!("{right} of {asked} {what} are exactly the gold ones"));
    assert!(asked > 0 && wrong.is_empty(), "{what} differ:\n{all}");
}

#[test]
fn gold_columns_are_reproduced() {
    let Some(folder) = folder() else {
        say("SKIPPED gold_columns_are_reproduced: no city pack; name its folder with HOTLINE_CITY_PACK");
        return;
    };
    let directory = Directory::new(1, snapshot(&folder)).unwrap();
    let (mut asked, mut wrong) = (0, Vec::new());
    let complaints = rows(&folder.join("complaints_train.csv"));
    for row in complaints.iter().filter(|row| is_routed(&row["正确处置"])) {
        asked += 1;
        let decision = decide(&directory, &question(row, "正确事项编码", "正确区划编码"));
        let columns = ["正确处置", "正确主办单位", "正确协办单位", "命中条目编号"];
        let (found, expected) = (found(&directory, &decision), gold(row, columns));
        if found != expected {
            wrong.push(format!("{}: expected {expected:?}, found {found:?}", row["编号"]));
        }
    }
    hold("decisions", asked, &wrong);
}

#[test]
fn each_demand_of_a_complaint_is_reproduced() {
    let answers = folder().map(|folder| (folder.join("answers/splits.csv"), folder));
    let Some((answers, folder)) = answers.filter(|(answers, _)| answers.exists()) else {
        say("SKIPPED each_demand_of_a_complaint_is_reproduced: no city pack with answers/splits.csv");
        return;
    };
    let directory = Directory::new(1, snapshot(&folder)).unwrap();
    let complaints = rows(&folder.join("complaints_train.csv"));
    let (mut asked, mut wrong) = (0, Vec::new());
    for demand in rows(&answers).iter().filter(|row| is_routed(&row["处置"])) {
        asked += 1;
        let complaint = complaints
            .iter()
            .find(|row| row["编号"] == demand["编号"])
            .unwrap();
        let row: BTreeMap<String, String> = complaint.clone().into_iter().chain(demand.clone()).collect();
        let decision = decide(&directory, &question(&row, "事项编码", "区划编码"));
        let columns = ["处置", "主办单位", "协办单位", "命中条目编号"];
        let (found, expected) = (found(&directory, &decision), gold(demand, columns));
        if found != expected {
            let (complaint, number) = (&demand["编号"], &demand["子序号"]);
            wrong.push(format!(
                "{complaint}/{number}: expected {expected:?}, found {found:?}"
            ));
        }
    }
    hold("demands", asked, &wrong);
}
