//! Packs become versions: all or nothing, once each, told to everybody.
use crate::harness::{pack, sample, started};
use bus::objects::Objects;
use contracts::directory_content::{DirectoryContentV1, OBJECT};
use contracts::routing::DirectoryPublishedV1;
use routing::Routing;
use serde_json::json;
use testkit::{Role, TestApp, World};

#[tokio::test]
async fn the_same_pack_again_changes_nothing_and_another_is_the_next_version() {
    let app = started().await;
    assert_eq!(
        routing::import_pack(app.db(), &sample(), "test").await.unwrap(),
        1
    );
    let editor = app.http(Role::DirectoryEditor);
    let again = editor
        .post("/v1/directory/versions", json!({ "pack": pack() }))
        .await
        .expect(200)
        .body;
    assert_eq!(again, json!({ "version": 1, "unchanged": true }));

    let mut changed = pack();
    let duties = changed["duties.csv"].replacen(
        "PD0001,,990121,,RX-990121,,20",
        "PD0001,,990121,,RX-990121,,21",
        1,
    );
    changed.insert("duties.csv".to_owned(), duties);
    let body = json!({ "pack": changed, "note": "优先级" });
    let next = editor.post("/v1/directory/versions", body).await.expect(201).body;
    assert_eq!(next, json!({ "version": 2, "unchanged": false }));
    // A program that loads the pack it loaded before leaves what people have published since.
    assert_eq!(routing::load_pack(app.db(), &sample(), "test").await.unwrap(), 2);
    // Going back is a version of its own.
    assert_eq!(
        routing::import_pack(app.db(), &sample(), "test").await.unwrap(),
        3
    );
    app.settle().await;

    let told = app.published::<DirectoryPublishedV1>().await;
    assert_eq!(
        told.iter().map(|event| event.data.version).collect::<Vec<_>>(),
        [1, 2, 3]
    );
    let calendars: Vec<&str> = told[0]
        .data
        .calendars
        .iter()
        .map(|calendar| calendar.code.as_str())
        .collect();
    assert_eq!(calendars, ["全天", "分段", "正常"]);
    for calendar in &told[0].data.calendars {
        worktime::Calendar::try_from(calendar).unwrap();
    }

    let list = editor
        .get("/v1/directory/versions?limit=2")
        .await
        .expect(200)
        .body;
    assert_eq!(
        (&list["items"][0]["version"], &list["items"][1]["note"]),
        (&json!(3), &json!("优先级"))
    );
    let path = format!("/v1/directory/versions?after={}", list["next"].as_str().unwrap());
    let rest = editor.get(&path).await.expect(200).body;
    assert_eq!(
        (
            rest["items"].as_array().unwrap().len(),
            &rest["items"][0]["version"]
        ),
        (1, &json!(1))
    );
    assert!(rest["next"].is_null());
}

#[tokio::test]
async fn a_pack_with_faults_changes_nothing_and_lists_them_all() {
    let app = started().await;
    let mut bad = pack();
    let duties = bad["duties.csv"]
        .replacen("RX-990121", "RX-990122", 1)
        .replacen("M01,", "M99,", 1);
    bad.insert("duties.csv".to_owned(), duties);
    let editor = app.http(Role::DirectoryEditor).header("accept-language", "zh-CN");
    let refused = editor
        .post("/v1/directory/versions", json!({ "pack": bad }))
        .await
        .expect(422)
        .body;
    assert_eq!(
        (&refused["code"], &refused["field"]),
        (&json!("pack_faults"), &json!("pack"))
    );
    let faults = refused["faults"].as_array().unwrap();
    assert_eq!(faults.len(), 2, "{refused}");
    let first = &faults[0];
    assert_eq!(
        (&first["file"], &first["line"], &first["column"], &first["value"]),
        (
            &json!("duties.csv"),
            &json!(2),
            &json!("主办"),
            &json!("RX-990122")
        )
    );
    assert!(refused["detail"].as_str().unwrap().contains("2处"), "{refused}");
    let current = app
        .http(Role::Agent)
        .get("/v1/directory/versions/current")
        .await
        .expect(200)
        .body;
    assert_eq!(current["version"]["version"], 1);
}

#[tokio::test]
async fn the_version_that_decides_and_its_units_can_be_looked_at() {
    let app = started().await;
    let agent = app.http(Role::Agent);
    let current = agent.get("/v1/directory/versions/current").await.expect(200).body;
    assert_eq!(
        (
            &current["divisions"],
            &current["units"],
            &current["matters"],
            &current["duties"],
            &current["city_calendar"]
        ),
        (&json!(29), &json!(56), &json!(47), &json!(70), &json!("正常"))
    );
    let unit = agent.get("/v1/directory/units/SJ-HEATOFF").await.expect(200).body;
    assert_eq!(
        (&unit["valid_today"], &unit["valid_to"], &unit["level"]),
        (&json!(false), &json!("2024-12-31"), &json!("市级"))
    );
    assert_eq!(
        agent.get("/v1/directory/units/SJ-NONE").await.expect(404).body["code"],
        "unit_unknown"
    );
}

#[tokio::test]
async fn without_a_directory_people_are_told_so() {
    let app = TestApp::start::<Routing>().await;
    let agent = app.http(Role::Agent);
    for answer in [
        agent.get("/v1/directory/versions/current").await,
        agent.get("/v1/directory/units/SJ-URBAN").await,
        agent.post("/v1/decisions", json!({ "matter": "M010201" })).await,
    ] {
        assert_eq!(answer.expect(409).body["code"], "directory_missing");
    }
}

#[tokio::test]
async fn publishing_at_the_same_time_gives_each_content_one_version() {
    let world = World::new();
    let app = TestApp::start_with::<Routing>(&world, &[("service.uploads_max", "3".to_owned())]).await;
    let editor = app.http(Role::DirectoryEditor);
    let body = json!({ "pack": pack() });
    let (one, two, three) = tokio::join!(
        editor.post("/v1/directory/versions", body.clone()),
        editor.post("/v1/directory/versions", body.clone()),
        editor.post("/v1/directory/versions", body.clone()),
    );
    let answers = [one, two, three];
    assert!(
        answers.iter().all(|answer| answer.body["version"] == 1),
        "{answers:?}"
    );
    assert_eq!(
        answers
            .iter()
            .filter(|answer| answer.body["unchanged"] == false)
            .count(),
        1
    );
    app.settle().await;
    assert_eq!(app.published::<DirectoryPublishedV1>().await.len(), 1);
}

/// Other services find the newest version in the object store, and again after it was lost there.
#[tokio::test]
async fn the_newest_version_lies_where_other_services_find_it() {
    let app = started().await;
    let store = Objects::new(
        app.bus().clone(),
        contracts::streams::directory(app.bus().namespace()),
    );
    let (version, bytes) = store.get(OBJECT).await.unwrap().unwrap();
    let content: DirectoryContentV1 = serde_json::from_slice(&bytes).unwrap();
    assert_eq!(
        (
            version,
            content.version,
            content.units.len(),
            content.divisions.len(),
            content.matters.len()
        ),
        (1, 1, 56, 29, 47)
    );
    let ended = content
        .units
        .iter()
        .find(|unit| unit.code == "SJ-HEATOFF")
        .unwrap();
    assert_eq!(
        (ended.name.as_str(), ended.to.unwrap().to_string().as_str()),
        ("岚川市供热管理办公室", "2024-12-31")
    );

    let mut changed = pack();
    let functions = changed["functions.csv"].trim_end().to_owned() + "\nNEWFN,新职能\n";
    changed.insert("functions.csv".to_owned(), functions);
    app.http(Role::Admin)
        .post("/v1/directory/versions", json!({ "pack": changed }))
        .await
        .expect(201);
    app.settle().await;
    assert_eq!(store.version(OBJECT).await.unwrap(), Some(2));
    // A slow replica that still holds version 1 has nothing to say, whether it looked before or after.
    let seen = store.look(OBJECT).await.unwrap();
    assert!(!store.replace(&seen, 1, &bytes).await.unwrap());

    let bucket = contracts::streams::directory(app.bus().namespace()).name;
    let client = app.bus().jetstream().get_object_store(bucket).await.unwrap();
    client.delete(OBJECT).await.unwrap();
    assert_eq!(store.version(OBJECT).await.unwrap(), None);
    app.settle().await;
    assert_eq!(
        store.version(OBJECT).await.unwrap(),
        Some(2),
        "what is lost is put again"
    );
}

/// A replica that has published and one that has not heard of it run the same job at the same time.
#[tokio::test]
async fn two_replicas_never_put_an_older_version_over_a_newer_one() {
    let world = World::new();
    let one_person = [("service.two_person_rule", "false".to_owned())];
    let one = TestApp::start_with::<Routing>(&world, &one_person).await;
    let two = TestApp::start_with::<Routing>(&world, &one_person).await;
    let store = Objects::new(
        one.bus().clone(),
        contracts::streams::directory(one.bus().namespace()),
    );
    for version in 1..=6_i64 {
        let mut changed = pack();
        let functions =
            changed["functions.csv"].trim_end().to_owned() + &format!("\nNEWFN,新职能{version}\n");
        changed.insert("functions.csv".to_owned(), functions);
        one.http(Role::Admin)
            .post("/v1/directory/versions", json!({ "pack": changed }))
            .await
            .expect(201);
        tokio::join!(one.step(), two.step(), one.step(), two.step());
        let lies_there = store.version(OBJECT).await.unwrap();
        assert_eq!(
            lies_there,
            Some(version),
            "one of four runs was first, the others changed nothing"
        );
    }
}
