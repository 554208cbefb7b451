//! What is refused, and what a draft is made of.
use crate::harness::{editor, pack, started, started_with};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rust_xlsxwriter::Workbook;
use serde_json::{Value, json};
use testkit::Role;

#[tokio::test]
async fn new_errors_of_lint_block_until_somebody_says_why() {
    let app = started_with(&[]).await;
    let (ling, qin) = (editor(&app, "ling"), editor(&app, "qin"));
    let made = ling
        .post("/v1/directory/drafts", json!({}))
        .await
        .expect(201)
        .body;
    let draft = format!("/v1/directory/drafts/{}", made["draft_id"].as_str().unwrap());
    for (code, lead) in [("PD0900", "SJ-URBAN"), ("PD0901", "SJ-MUNI")] {
        let duty = json!({ "matter": "M010201", "lead": lead, "priority": 7, "valid_from": "2020-01-01",
                           "division": "990102001", "conditions": "场所类型=住宅小区" });
        ling.put(&format!("{draft}/duties/{code}"), duty)
            .await
            .expect(200);
    }
    let publish = format!("{draft}/publish");
    let refused = qin.post(&publish, json!({})).await.expect(422).body;
    assert_eq!(
        (&refused["code"], &refused["field"]),
        (&json!("lint_errors"), &json!("override_reason"))
    );
    let findings = refused["findings"].as_array().unwrap();
    assert_eq!(
        (findings.len(), &findings[0]["duties"]),
        (1, &json!(["PD0900", "PD0901"])),
        "{refused}"
    );
    let silent = qin
        .post(&publish, json!({ "override_reason": "  " }))
        .await
        .expect(422)
        .body;
    assert_eq!(
        (&silent["code"], &silent["field"]),
        (&json!("reason_missing"), &json!("override_reason"))
    );
    qin.post(&publish, json!({ "override_reason": "会商后再定" }))
        .await
        .expect(201);
    let newest = qin.get("/v1/directory/versions?limit=1").await.expect(200).body;
    assert_eq!(newest["items"][0]["override_reason"], "会商后再定");
    app.settle().await;
}

#[tokio::test]
async fn a_pack_is_a_draft_from_text_gbk_and_workbooks_and_twice_the_same_one() {
    let app = started_with(&[]).await;
    let ling = editor(&app, "ling");
    let again = ling
        .post("/v1/directory/drafts", json!({ "pack": pack() }))
        .await
        .expect(200)
        .body;
    assert_eq!(
        again,
        json!({ "draft_id": null, "unchanged": true, "version": 1 })
    );

    let mut changed = pack();
    let functions = changed["functions.csv"].trim_end().to_owned() + "\nNEWFN,新职能\n";
    changed.insert("functions.csv".to_owned(), functions.clone());
    let text = ling
        .post("/v1/directory/drafts", json!({ "pack": changed }))
        .await
        .expect(201)
        .body;
    let mut as_value: Value = json!(changed);
    let gbk = encoding_rs::GBK.encode(&functions).0.into_owned();
    as_value["functions.csv"] = json!({ "base64": STANDARD.encode(gbk) });
    let from_gbk = ling
        .post("/v1/directory/drafts", json!({ "pack": as_value }))
        .await
        .expect(200)
        .body;
    assert_eq!(from_gbk["draft_id"], text["draft_id"]);

    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for (row, line) in (0_u32..).zip(functions.lines()) {
        for (column, cell) in (0_u16..).zip(line.split(',')) {
            sheet.write_string(row, column, cell).unwrap();
        }
    }
    as_value.as_object_mut().unwrap().remove("functions.csv");
    as_value["functions.xlsx"] = json!({ "base64": STANDARD.encode(book.save_to_buffer().unwrap()) });
    let from_xlsx = ling
        .post("/v1/directory/drafts", json!({ "pack": as_value }))
        .await
        .expect(200)
        .body;
    assert_eq!(from_xlsx["draft_id"], text["draft_id"]);

    as_value["functions.xlsx"] = json!({ "base64": "?" });
    let bad = ling
        .post("/v1/directory/drafts", json!({ "pack": as_value }))
        .await
        .expect(422)
        .body;
    assert_eq!(
        (&bad["code"], &bad["field"]),
        (&json!("file_invalid"), &json!("pack.functions.xlsx"))
    );
    as_value["functions.xlsx"] = json!({ "base64": STANDARD.encode("PK") });
    let bad = ling
        .post("/v1/directory/drafts", json!({ "pack": as_value }))
        .await
        .expect(422)
        .body;
    assert_eq!(
        (&bad["code"], &bad["faults"][0]["file"]),
        (&json!("pack_faults"), &json!("functions.xlsx"))
    );
    let list = ling.get("/v1/directory/drafts").await.expect(200).body;
    assert_eq!(
        list["items"].as_array().unwrap().len(),
        1,
        "nothing was begun by what was refused"
    );
}

#[tokio::test]
async fn a_pack_goes_the_short_way_only_as_the_first_version() {
    let app = started_with(&[]).await;
    let ling = editor(&app, "ling");
    let mut changed = pack();
    let functions = changed["functions.csv"].trim_end().to_owned() + "\nNEWFN,新职能\n";
    changed.insert("functions.csv".to_owned(), functions);
    let refused = ling
        .post("/v1/directory/versions", json!({ "pack": changed }))
        .await
        .expect(409)
        .body;
    assert_eq!(refused["code"], "second_person_needed");
    let versions = ling.get("/v1/directory/versions").await.expect(200).body;
    assert_eq!(versions["items"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_repeated_request_begins_one_draft_and_what_is_needed_stays() {
    let app = started().await;
    let ling = editor(&app, "ling").header("idempotency-key", "k-1");
    let first = ling
        .post("/v1/directory/drafts", json!({ "note": "甲" }))
        .await
        .expect(201)
        .body;
    let second = ling
        .post("/v1/directory/drafts", json!({ "note": "甲" }))
        .await
        .expect(200)
        .body;
    assert_eq!(first["draft_id"], second["draft_id"]);
    let other = ling
        .post("/v1/directory/drafts", json!({ "note": "乙" }))
        .await
        .expect(422)
        .body;
    assert_eq!(other["code"], "idempotency_key_reused");

    let draft = format!("/v1/directory/drafts/{}", first["draft_id"].as_str().unwrap());
    let needed = ling
        .delete(&format!("{draft}/units/RX-990121"))
        .await
        .expect(409)
        .body;
    assert_eq!(
        (&needed["code"], &needed["by"]),
        (&json!("row_needed"), &json!("PD0001"))
    );
    assert_eq!(
        ling.delete(&format!("{draft}/duties/PD9999"))
            .await
            .expect(404)
            .body["code"],
        "row_unknown"
    );
    ling.delete(&format!("{draft}/duties/PD0001")).await.expect(200);
    ling.delete(&format!("{draft}/units/RX-990121")).await.expect(200);
    let shown = ling.get(&draft).await.expect(200).body;
    assert_eq!(shown["changes"]["duties"]["removed"], json!(["PD0001"]));
    let gone = ling.delete(&draft).await.expect(200).body;
    assert_eq!(gone["state"], "discarded");
    assert_eq!(
        ling.post(&format!("{draft}/publish"), json!({}))
            .await
            .expect(409)
            .body["code"],
        "draft_not_open"
    );
    let unknown = "/v1/directory/drafts/00000000-0000-7000-8000-000000000000";
    assert_eq!(
        app.http(Role::Auditor).get(unknown).await.expect(404).body["code"],
        "draft_unknown"
    );
}

#[tokio::test]
async fn a_row_with_a_fault_names_the_field() {
    let app = started().await;
    let ling = editor(&app, "ling");
    let made = ling
        .post("/v1/directory/drafts", json!({}))
        .await
        .expect(201)
        .body;
    let draft = format!("/v1/directory/drafts/{}", made["draft_id"].as_str().unwrap());
    for (field, form) in [
        (
            "valid_to",
            json!({ "lead": "SJ-URBAN", "priority": 1, "valid_from": "2026-02-02", "valid_to": "2026-02-01" }),
        ),
        (
            "conditions",
            json!({ "lead": "SJ-URBAN", "priority": 1, "valid_from": "2026-02-02", "conditions": "场所类型=宫殿" }),
        ),
        (
            "division",
            json!({ "lead": "SJ-URBAN", "priority": 1, "valid_from": "2026-02-02", "division": "1" }),
        ),
        (
            "priority",
            json!({ "lead": "SJ-URBAN", "priority": -1, "valid_from": "2026-02-02" }),
        ),
    ] {
        let refused = ling
            .put(&format!("{draft}/duties/PD0900"), form)
            .await
            .expect(422)
            .body;
        assert_eq!(
            (&refused["code"], refused["field"].as_str()),
            (&json!("row_invalid"), Some(field)),
            "{refused}"
        );
    }
}
