//! An answer goes to the inbox of the unit that asked, and nowhere else.
use crate::harness::{LEAD, Order, access, key, start};
use crate::unit_system::UnitSystem;
use contracts::subjects::Namespace;
use contracts::unit_gateway::OrderSignedV1;
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn a_command_cannot_name_where_its_answer_goes() {
    let app = start().await;
    access(&app, LEAD, json!({ "way": "nats" })).await;
    access(&app, "U-VICTIM", json!({ "way": "nats" })).await;
    let (_, mine) = key(&app, LEAD).await;
    let order = Order::arrives(&app, LEAD, &[]).await;
    let system = UnitSystem::connect(&app, LEAD).await;
    let namespace = system.bus.namespace().clone();
    let subject = namespace.unit_command(&LEAD.into(), "sign");
    let sign = json!({ "order_id": order.id, "generation": 1 });
    let elsewhere = [
        namespace.unit_order(&"U-VICTIM".into(), "assigned"),
        format!(
            "$JS.API.STREAM.PURGE.{}",
            contracts::streams::units(&namespace).name
        ),
        "_INBOX_U-VICTIM.1".to_owned(),
        format!("_INBOX_{LEAD}"),
        format!("_INBOX_{LEAD}."),
        "_INBOX.1".to_owned(),
    ];
    for reply in &elsewhere {
        for bearer in [mine.as_str(), "uk_wrong"] {
            let mut headers = async_nats::HeaderMap::new();
            headers.insert("Authorization", format!("Bearer {bearer}").as_str());
            system
                .client
                .publish_with_reply_and_headers(
                    subject.clone(),
                    reply.clone(),
                    headers,
                    sign.to_string().into(),
                )
                .await
                .unwrap();
        }
    }
    // Commands are taken in order, so what came before an answered one has been looked at.
    let next = json!({ "order_id": order.id, "generation": 9 });
    let stale = system.command(LEAD, "sign", Some(&mine), &next).await;
    assert_eq!(stale["code"], "stale_generation");
    let refused = format!(
        r#"unit_commands_total{{outcome="reply_refused",verb="unknown",service="unit-gateway"}} {}"#,
        2 * elsewhere.len()
    );
    let shown = app.metrics().render();
    assert!(shown.contains(&refused), "{refused} is missing in {shown}");
    app.settle().await;
    assert!(
        app.published::<OrderSignedV1>().await.is_empty(),
        "dropped, not done"
    );
    let victim = UnitSystem::connect(&app, "U-VICTIM").await;
    assert!(
        victim.take().await.is_empty(),
        "nothing was put into another's orders"
    );
    assert_eq!(
        system.take().await.len(),
        1,
        "and nothing was taken out of the stream"
    );
    assert_eq!(Namespace::unit_inbox(&LEAD.into()), format!("_INBOX_{LEAD}."));
}
