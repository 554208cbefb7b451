//! A city of real size, decided from its own gold columns. The pack is not part of this repository: its folder is
//! named by `HOTLINE_CITY_PACK`, or lies beside the workspace; without it the test says so and checks nothing.
use super::*;
use std::io::Write;

#[expect(
    clippy::disallowed_methods,
    reason = "where the pack lies is said by whoever runs the tests"
)]
fn folder() -> Option<PathBuf> {
    let named = std::env::var_os("HOTLINE_CITY_PACK").map(PathBuf::from);
    let folder = named.unwrap_or_else(|| workspace().join("../shared/data/zhengzhou"));
    folder.join("complaints_train.csv").exists().then_some(folder)
}

/// Said aloud even when the test passes: the harness only holds back what `println!` says.
fn say(line: &str) {
    writeln!(std::io::stderr(), "{line}").unwrap();
}

#[test]
fn gold_columns_are_reproduced() {
    let Some(folder) = folder() else {
        say("SKIPPED gold_columns_are_reproduced: no city pack; name its folder with HOTLINE_CITY_PACK");
        return;
    };
    let directory = Directory::new(1, snapshot(&folder)).unwrap();
    let (mut asked, mut wrong) = (0, Vec::new());
    for row in &rows(&folder.join("complaints_train.csv")) {
        let expected = row["正确处置"].as_str();
        // The others are settled by intake, before the catalogue is asked.
        if !["派单", "转县市", "会商"].contains(&expected) {
            continue;
        }
        asked += 1;
        let decision = decide(&directory, &question(row, "正确事项编码", "正确区划编码"));
        let code = |unit: &crate::domain::codes::UnitId| directory.units.get(*unit).row.code.clone();
        let disposition = match decision.outcome {
            Outcome::Assigned(lead) if directory.units.get(lead).row.kind == "县市热线" => "转县市",
            Outcome::Assigned(_) => "派单",
            Outcome::Undecided(why) if why.outcome() == "consultation" => "会商",
            Outcome::Undecided(_) => "",
        };
        let duties: Vec<&str> = decision
            .duties
            .iter()
            .map(|duty| directory.duties.get(*duty).row.code.as_str())
            .collect();
        let helpers: Vec<String> = decision.co_handlers.iter().map(code).collect();
        let found = (
            disposition,
            lead_code(&directory, &decision),
            helpers.join(";"),
            duties.join(";"),
        );
        let gold = |column: &str| row[column].clone();
        let right = (
            expected,
            gold("正确主办单位"),
            gold("正确协办单位"),
            gold("命中条目编号"),
        );
        if found != right {
            wrong.push(format!("{}: expected {right:?}, found {found:?}", row["编号"]));
        }
    }
    say(&format!(
        "{} of {asked} decisions are exactly the gold ones",
        asked - wrong.len()
    ));
    assert!(
        asked > 0 && wrong.is_empty(),
        "{} of {asked} differ:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}
