//! How the directory changes: draft, preview, publication by a second person, and what was decided before.
use crate::harness::{editor, order, pack, register, started, started_with};
use contracts::routing::DirectoryPublishedV1;
use routing::Routing;
use serde_json::{Value, json};
use testkit::{Client, Role, TestApp};

/// A duty of the city for street trading in one street, led by a line that lasts from day to day.
fn line_duty(lead: &str) -> Value {
    json!({ "matter": "M010201", "division": "990102001", "lead": lead, "co_handlers": ["ROLE:URBAN_MGMT@区县"],
            "priority": 90, "valid_from": "2026-03-01", "valid_to": "2026-03-31", "basis": "样例" })
}

fn line() -> Value {
    json!({ "name": "集市临时专线", "level": "市级", "kind": "政府部门", "divisions": ["990100"], "may_return": true,
            "access": "rest", "calendar": "正常", "valid_from": "2026-03-01", "valid_to": "2026-03-31" })
}

async fn begin(editor: &Client) -> String {
    let made = editor
        .post("/v1/directory/drafts", json!({ "note": "临时专线" }))
        .await
        .expect(201)
        .body;
    format!("/v1/directory/drafts/{}", made["draft_id"].as_str().unwrap())
}

/// Who would lead on this day.
async fn lead(app: &TestApp, choice: &str, day: &str) -> Value {
    let question = json!({ "accepted_at": format!("{day}T10:00:00+08:00"), "matter": "M010201", "kind": "grievance",
                           "place": { "division": "990102001" } });
    let path = format!("/v1/decisions{choice}");
    let answer = app.http(Role::Agent).post(&path, question).await.expect(200).body;
    answer["lead"]["code"].clone()
}

/// A draft with the line and its duty.
async fn draft_the_line(editor: &Client) -> String {
    let draft = begin(editor).await;
    let duty = format!("{draft}/duties/PD0900");
    let refused = editor.put(&duty, line_duty("SJ-LINE-26")).await.expect(422).body;
    assert_eq!(
        (&refused["code"], &refused["field"]),
        (&json!("row_invalid"), &json!("lead"))
    );
    let unit = format!("{draft}/units/SJ-LINE-26");
    editor.put(&unit, line()).await.expect(200);
    let edited = editor.put(&duty, line_duty("SJ-LINE-26")).await.expect(200).body;
    assert_eq!((&edited["revision"], &edited["based_on"]), (&json!(2), &json!(1)));
    draft
}

/// What a second person sees before publishing.
async fn look_over(reader: &Client, draft: &str) {
    let shown = reader.get(draft).await.expect(200).body;
    assert_eq!(shown["changes"]["duties"]["added"], json!(["PD0900"]));
    assert_eq!(shown["changes"]["units"]["added"], json!(["SJ-LINE-26"]));
    assert_eq!(shown["drafted_by"], json!(["agent:ling"]));
    let path = format!("{draft}/lint?on=2026-03-02");
    let linted = reader.get(&path).await.expect(200).body;
    assert_eq!(
        (&linted["blocking"], &linted["truncated"]),
        (&json!(0), &json!(false)),
        "{linted}"
    );
    let findings = linted["findings"].as_array().unwrap();
    let known = findings.iter().find(|finding| finding["code"] == "conflict");
    let known = known.unwrap();
    assert_eq!(
        (&known["is_new"], &known["severity"]),
        (&json!(false), &json!("error"))
    );
}

/// On its days the line leads; behind them, before them, and in the version before, the duty it stands on does.
async fn answers_by_day_and_version(app: &TestApp, at: &str) {
    assert_eq!(lead(app, "", "2026-03-02").await, "SJ-LINE-26");
    assert_eq!(lead(app, "", "2026-03-31").await, "SJ-LINE-26");
    let then = format!("?directory_at={at}");
    for (choice, day) in [
        ("", "2026-04-01"),
        ("", "2026-02-28"),
        ("?directory_version=1", "2026-03-02"),
        (then.as_str(), "2026-03-02"),
    ] {
        assert_eq!(lead(app, choice, day).await, "QX-990102-URBAN", "{choice} {day}");
    }
    let agent = app.http(Role::Agent);
    for choice in ["directory_version=9", "directory_at=2001-01-01T00:00:00Z"] {
        let path = format!("/v1/decisions?{choice}");
        let refused = agent.post(&path, json!({ "matter": "M01" })).await;
        assert_eq!(refused.expect(404).body["code"], "version_unknown");
    }
    let path = format!("/v1/decisions?directory_version=1&directory_at={at}");
    let refused = agent.post(&path, json!({ "matter": "M01" })).await.expect(422);
    assert_eq!(refused.body["code"], "version_choice_invalid");
}

#[tokio::test]
async fn a_temporary_line_is_drafted_by_one_and_published_by_another() {
    // With nothing published yet, one person may bring the first pack.
    let app = TestApp::start::<Routing>().await;
    let (ling, qin) = (editor(&app, "ling"), editor(&app, "qin"));
    let first = json!({ "pack": pack() });
    ling.post("/v1/directory/versions", first).await.expect(201);
    let at = app.clock.now() + chrono::TimeDelta::seconds(1);
    app.clock.advance(chrono::TimeDelta::hours(1));
    let draft = draft_the_line(&ling).await;
    look_over(&qin, &draft).await;

    let publish = format!("{draft}/publish");
    let alone = ling.post(&publish, json!({})).await.expect(409).body;
    assert_eq!(alone["code"], "second_person_needed");
    let published = qin.post(&publish, json!({})).await.expect(201).body;
    assert_eq!(published, json!({ "version": 2, "unchanged": false }));
    app.settle().await;
    let told = app.published::<DirectoryPublishedV1>().await;
    assert_eq!(
        told.iter().map(|event| event.data.version).collect::<Vec<_>>(),
        [1, 2]
    );

    let at = at.to_rfc3339_opts(chrono::SecondsFormat::Secs, true);
    answers_by_day_and_version(&app, &at).await;
    let path = format!("/v1/directory/versions?at={at}");
    let list = qin.get(&path).await.expect(200).body;
    assert_eq!(
        (
            &list["items"][0]["version"],
            list["items"].as_array().unwrap().len()
        ),
        (&json!(1), 1)
    );
    let newest = qin.get("/v1/directory/versions?limit=1").await.expect(200).body;
    let newest = &newest["items"][0];
    assert_eq!(
        (&newest["drafted_by"], &newest["published_by"], &newest["note"]),
        (&json!(["agent:ling"]), &json!("agent:qin"), &json!("临时专线"))
    );
    let duty = format!("{draft}/duties/PD0900");
    let closed = ling.put(&duty, line_duty("SJ-URBAN")).await.expect(409).body;
    assert_eq!(
        (&closed["code"], &closed["state"]),
        (&json!("draft_not_open"), &json!("published"))
    );
}

#[tokio::test]
async fn a_preview_shows_every_order_that_would_go_elsewhere_with_both_reasons() {
    let app = started_with(&[("service.preview_changes_max", "2".to_owned())]).await;
    let editor = editor(&app, "ling");
    for (matter, division) in [
        ("M010201", "990102001"),
        ("M010201", "990102001"),
        ("M010201", "990102001"),
        ("M010201", "990103001"),
    ] {
        register(&app, &order(matter, division)).await;
    }
    let draft = begin(&editor).await;
    editor
        .put(&format!("{draft}/duties/PD0900"), line_duty("SJ-URBAN"))
        .await
        .expect(200);
    let path = format!("{draft}/preview");
    let first = editor.post(&path, json!({ "days": 14 })).await.expect(200).body;
    assert_eq!(
        (&first["orders"], &first["changed"]),
        (&json!(2), &json!(2)),
        "{first}"
    );
    let rest = editor
        .post(&path, json!({ "days": 14, "after": first["next"] }))
        .await
        .expect(200)
        .body;
    assert_eq!(
        (&rest["orders"], &rest["changed"], &rest["next"]),
        (&json!(2), &json!(1), &Value::Null),
        "{rest}"
    );
    for change in first["changes"]
        .as_array()
        .unwrap()
        .iter()
        .chain(rest["changes"].as_array().unwrap())
    {
        assert_eq!(change["what"], "lead");
        let leads = (
            &change["before"]["lead"]["code"],
            &change["after"]["lead"]["code"],
        );
        assert_eq!(leads, (&json!("QX-990102-URBAN"), &json!("SJ-URBAN")));
        let reasons = change["after"]["explanation"]["zh"].as_array().unwrap();
        assert!(
            reasons
                .iter()
                .any(|line| line.as_str().unwrap().contains("PD0900")),
            "{change}"
        );
        assert!(
            !change["before"]["explanation"]["en"]
                .as_array()
                .unwrap()
                .is_empty()
        );
    }
    let many = editor.post(&path, json!({ "days": 93 })).await.expect(422).body;
    assert_eq!(
        (&many["code"], &many["field"]),
        (&json!("days_invalid"), &json!("days"))
    );
}

#[tokio::test]
async fn a_draft_that_others_have_overtaken_is_moved_and_an_import_is_not() {
    let app = started().await;
    let editor = editor(&app, "ling");
    let (first, second) = (begin(&editor).await, begin(&editor).await);
    editor
        .put(&format!("{first}/duties/PD0900"), line_duty("SJ-URBAN"))
        .await
        .expect(200);
    editor
        .put(&format!("{second}/duties/PD0901"), line_duty("SJ-URBAN"))
        .await
        .expect(200);
    let mut changed = pack();
    let duties = changed["duties.csv"].replacen(
        "PD0001,,990121,,RX-990121,,20",
        "PD0001,,990121,,RX-990121,,21",
        1,
    );
    changed.insert("duties.csv".to_owned(), duties);
    let import = editor
        .post("/v1/directory/drafts", json!({ "pack": changed }))
        .await
        .expect(201)
        .body;
    let import = format!("/v1/directory/drafts/{}", import["draft_id"].as_str().unwrap());
    editor
        .post(&format!("{first}/publish"), json!({}))
        .await
        .expect(201);

    for draft in [&second, &import] {
        let refused = editor
            .post(&format!("{draft}/publish"), json!({}))
            .await
            .expect(409)
            .body;
        assert_eq!(
            (&refused["code"], &refused["newest"]),
            (&json!("draft_outdated"), &json!(2))
        );
    }
    let refused = editor
        .post(&format!("{import}/rebase"), json!({}))
        .await
        .expect(409)
        .body;
    assert_eq!(refused["code"], "draft_is_import");
    let moved = editor
        .post(&format!("{second}/rebase"), json!({}))
        .await
        .expect(200)
        .body;
    assert_eq!(moved["based_on"], 2);
    let shown = editor.get(&second).await.expect(200).body;
    assert_eq!(shown["changes"]["duties"]["added"], json!(["PD0901"]));
    editor
        .post(&format!("{second}/publish"), json!({}))
        .await
        .expect(201);
    let current = editor
        .get("/v1/directory/versions/current")
        .await
        .expect(200)
        .body;
    assert_eq!(
        (&current["version"]["version"], &current["duties"]),
        (&json!(3), &json!(72))
    );
    app.settle().await;
}
