//! `hotline directory` on a running platform: a pack is imported, looked over and published, and decides at once.
use all_in_one::directory::Command;
use runtime::embedded::ThrowAway;
use serde_json::json;
use std::path::Path;
use system_tests::city;
use system_tests::live::Live;
use system_tests::people::{complaint, text};
use testkit::Role;

/// The sample city, where one unit leads what another led before.
fn changed(folder: &Path) {
    for (name, text) in city::files(&city::sample()) {
        let text = if name == "duties.csv" {
            text.replacen(
                "PD0010,M010201,,,ROLE:URBAN_MGMT@区县",
                "PD0010,M010201,,,SJ-URBAN",
                1,
            )
        } else {
            text
        };
        let path = folder.join(name);
        let parent = path.parent().expect("a folder");
        std::fs::create_dir_all(parent).expect("a folder can be made");
        std::fs::write(path, text).expect("a file can be written");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_tool_imports_lints_previews_and_publishes() {
    let live = Live::start(&[]).await;
    let registered = live
        .post(
            "intake",
            Role::Agent,
            "/v1/complaints",
            &complaint("M010201", "990103002"),
        )
        .await;
    let order = text(&registered["orders"][0], "order_id");
    live.order_in_state(&order, "assigned").await;
    let folder = ThrowAway::new("pack").expect("a folder");
    changed(folder.path());

    let import = |folder: &Path| Command::Import {
        folder: folder.to_owned(),
        note: "市级牵头".to_owned(),
        role: Role::DirectoryEditor,
    };
    let nothing_new = live
        .directory(import(&city::sample()))
        .await
        .expect("the same pack");
    assert_eq!(nothing_new["unchanged"], true);
    let drafted = live.directory(import(folder.path())).await.expect("a draft");
    let draft = text(&drafted, "draft_id");
    let lint = Command::Lint {
        draft: draft.clone(),
        on: None,
    };
    let linted = live.directory(lint).await.expect("lint");
    assert_eq!(linted["blocking"], 0, "{linted}");
    let preview = Command::Preview {
        draft: draft.clone(),
        days: 14,
    };
    let previewed = live.directory(preview).await.expect("preview");
    assert_eq!(
        (&previewed["orders"], &previewed["changed"]),
        (&json!(1), &json!(1))
    );
    assert_eq!(previewed["changes"][0]["order_id"], json!(order));

    let publish = |role| Command::Publish {
        draft: draft.clone(),
        note: String::new(),
        override_reason: None,
        role,
    };
    let alone = live.directory(publish(Role::DirectoryEditor)).await;
    let refused = alone.expect_err("who drafted may not publish").to_string();
    assert!(refused.contains("second_person_needed"), "{refused}");
    let published = live.directory(publish(Role::Admin)).await.expect("published");
    assert_eq!(published["version"], 2);
    let question = json!({ "matter": "M010201", "kind": "grievance", "place": { "division": "990103002" } });
    let decided = live
        .post("routing", Role::Agent, "/v1/decisions", &question)
        .await;
    assert_eq!(
        (&decided["lead"]["code"], &decided["directory_version"]),
        (&json!("SJ-URBAN"), &json!(2))
    );
    let versions = live.directory(Command::Versions).await.expect("versions");
    assert_eq!(versions["items"][0]["version"], 2);

    std::fs::remove_file(folder.path().join("matters.csv")).expect("removed");
    let faults = live
        .directory(import(folder.path()))
        .await
        .expect_err("a pack with faults");
    assert!(faults.to_string().contains("matters.csv"), "{faults}");
    live.stop().await;
}
