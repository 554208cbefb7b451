//! Codes under which a case is taken are ours; those of the sender that we do not have stay readable.
use super::*;
use crate::directory_copy::distribute;

#[tokio::test(flavor = "multi_thread")]
async fn a_case_is_taken_under_codes_that_we_have() {
    let (ours, police) = ours_and_police().await;
    distribute(&ours.app, 1, &["990102002"], &["M020101"]).await;
    let offered = offer(&ours, json!({ "matter": "L-77", "division": "990102002" }));
    police.says(&ours, &offered).await.expect(200);
    let path = format!("/v1/transfers/{}/acceptance", text(&offered, "transfer_id"));
    for (field, code) in [("matter", "M999999"), ("division", "990109999")] {
        let refused = ours.posts(&path, json!({ field: code })).await.expect(422);
        assert_eq!(
            (refused.text("/code"), refused.text("/field")),
            ("invalid_field".to_owned(), field.to_owned())
        );
    }
    let given = json!({ "division": "990102002" });
    let taken = ours.posts(&path, given.clone()).await.expect(200).body;
    assert_eq!(
        (&taken["matter"], text(&taken, "division")),
        (&Value::Null, "990102002")
    );
    assert!(
        text(&taken, "text").contains("L-77"),
        "people may know it: {taken}"
    );
    settle(&[&ours]).await;
    let seen = ours.sees(&offered).await;
    let complaint = ours.complaint(&seen["complaint_id"]).await;
    assert!(text(&complaint, "text").contains("L-77"), "{complaint}");
    assert_eq!(complaint["matter"], Value::Null, "{complaint}");
    // Said again when the directory has changed, it is answered as then.
    distribute(&ours.app, 2, &["990102003"], &["M020101"]).await;
    ours.posts(&path, given).await.expect(200);
    settle(&[&ours]).await;
}
