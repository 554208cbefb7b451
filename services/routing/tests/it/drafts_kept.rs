//! What a draft comes to is kept in memory, and is always what the tables say: with every edit of every replica, and with
//! none that was refused.
use crate::harness::{editor, pack, sample, started};
use routing::Routing;
use serde_json::{Value, json};
use testkit::{Client, Role, TestApp, World};

fn line() -> Value {
    json!({ "name": "防汛临时专线", "level": "市级", "kind": "政府部门", "may_return": true, "access": "rest",
            "calendar": "全天", "valid_from": "2026-03-01" })
}

fn duty(lead: &str) -> Value {
    json!({ "matter": "M010201", "lead": lead, "priority": 90, "valid_from": "2026-03-01" })
}

async fn begin(editor: &Client) -> String {
    let begun = editor.post("/v1/directory/drafts", json!({})).await.expect(201);
    format!("/v1/directory/drafts/{}", begun.text("/draft_id"))
}

#[tokio::test]
async fn an_edit_reads_the_edits_since_and_not_the_version_again() {
    let app = started().await;
    let editor = editor(&app, "li");
    let draft = begin(&editor).await;
    let put = async |code: &str, status| {
        let path = format!("{draft}/duties/{code}");
        editor.put(&path, duty("SJ-URBAN")).await.expect(status).body
    };
    assert_eq!(put("PD9001", 200).await["revision"], 1);
    // From here on whoever reads the version fails.
    for statement in [
        "alter table directory_versions disable trigger directory_versions_append_only",
        "update directory_versions set snapshot = 'gone'",
    ] {
        sqlx::query(statement).execute(app.db()).await.unwrap();
    }
    for edit in 2..=20 {
        assert_eq!(put(&format!("PD90{edit:02}"), 200).await["revision"], edit);
    }
    let unknown = editor
        .put(&format!("{draft}/duties/PD9021"), duty("SJ-NONE"))
        .await
        .expect(422);
    assert_eq!(unknown.text("/field"), "lead");
    editor.delete(&format!("{draft}/duties/PD9021")).await.expect(404);
    assert_eq!(put("PD9021", 200).await["revision"], 21);
}

#[tokio::test]
async fn replicas_see_each_others_edits() {
    let world = World::new();
    let one = TestApp::start_with::<Routing>(&world, &[]).await;
    let two = TestApp::start_with::<Routing>(&world, &[]).await;
    routing::import_pack(one.db(), &sample(), "test").await.unwrap();
    let (li, wu) = (editor(&one, "li"), editor(&two, "wu"));
    let draft = begin(&li).await;
    let (unit, row) = (
        format!("{draft}/units/RX-FLOOD"),
        format!("{draft}/duties/PD9001"),
    );
    // Both keep the draft as it began.
    for reader in [&li, &wu] {
        let seen = reader.get(&draft).await.expect(200).body;
        assert_eq!(seen["changes"], json!({}));
    }
    li.put(&unit, line()).await.expect(200);
    wu.put(&row, duty("RX-FLOOD")).await.expect(200);
    let needed = li.delete(&unit).await.expect(409);
    assert_eq!(
        (needed.text("/code"), needed.text("/by")),
        ("row_needed".to_owned(), "PD9001".to_owned())
    );
    li.put(&row, duty("SJ-URBAN")).await.expect(200);
    let left = wu.delete(&unit).await.expect(200).body;
    assert_eq!(
        (&left["revision"], &left["drafted_by"]),
        (&json!(4), &json!(["agent:li", "agent:wu"]))
    );
    let refused = wu.put(&row, duty("RX-FLOOD")).await.expect(422);
    assert_eq!(refused.text("/field"), "lead");
    for reader in [&li, &wu] {
        let seen = reader.get(&draft).await.expect(200).body;
        assert_eq!(
            seen["changes"],
            json!({ "duties": { "added": ["PD9001"], "changed": [], "removed": [], "count": 1 } })
        );
    }
    one.settle().await;
}

#[tokio::test]
async fn an_import_goes_on_from_its_own_rows_and_a_third_draft_costs_the_first_its_place_only() {
    let app = started().await;
    let editor = app.http(Role::DirectoryEditor);
    let mut changed = pack();
    let functions = changed["functions.csv"].trim_end().to_owned() + "\nNEWFN,新职能\n";
    changed.insert("functions.csv".to_owned(), functions);
    let import = editor
        .post("/v1/directory/drafts", json!({ "pack": changed }))
        .await
        .expect(201);
    let import = format!("/v1/directory/drafts/{}", import.text("/draft_id"));
    let drafts = [import, begin(&editor).await, begin(&editor).await];
    for round in 1..=3 {
        for (place, draft) in drafts.iter().enumerate() {
            let lead = if place == 0 { "ROLE:NEWFN@市" } else { "SJ-URBAN" };
            let path = format!("{draft}/duties/PD900{round}");
            let put = editor.put(&path, duty(lead)).await.expect(200).body;
            assert_eq!(put["revision"], round, "{put}");
        }
    }
    for (place, draft) in drafts.iter().enumerate() {
        let seen = editor.get(draft).await.expect(200).body;
        assert_eq!(seen["changes"]["duties"]["count"], 3);
        assert_eq!(seen["changes"].get("functions").is_some(), place == 0);
    }
}
