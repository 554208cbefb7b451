//! Stories 12 and 13 between two whole platforms, 12345 and 12348, each with its own nats-server and databases, joined by a leaf
//! node: the link is cut, slow, and doubles what it carries, and what is handed over is worked on there and comes home.
use serde_json::{Value, json};
use std::time::Duration;
use system_tests::hotlines::{Hotline, never_two, one_owner, settle};
use system_tests::linked::{Installation, Size, pair, whole_again};
use system_tests::people::{complaint, content, text};
use system_tests::wait::until;
use system_tests::wire::State;

const ADVICE: &str = "已告知起诉程序。";

async fn cut(ours: &Installation, law: &Installation) {
    law.wire().becomes(State::Cut);
    until("the server to notice", || async {
        ours.compares("12348").await.is_null().then_some(())
    })
    .await;
}

/// Whose the case is, by supervision: the only side with an open order of it.
async fn open_at(hotlines: [&Hotline; 2], transfer: &Value) -> Vec<String> {
    let mut open = Vec::new();
    for hotline in hotlines {
        let seen = hotline.sees(transfer).await;
        if let Some(order) = seen["order_id"].as_str() {
            let watched = hotline.platform().watched(order).await;
            if watched["state"] != "closed" {
                open.push(hotline.code.clone());
            }
        }
    }
    open
}

#[tokio::test]
async fn a_case_goes_over_the_link_is_worked_on_there_and_comes_home() {
    let (ours, law) = pair(Size::Whole, "12345", "12348").await;
    let (here, there) = (&ours.hotline, &law.hotline);
    let registered = here.registers(complaint("M030101", "990102002")).await;
    cut(&ours, &law).await;
    let offered = here
        .offers(&registered, "12348", json!({ "consent": true }))
        .await;
    settle(&[here, there]).await;
    assert_eq!(there.sees(&offered).await, Value::Null, "nothing gets through");
    assert_eq!(open_at([here, there], &offered).await, ["12345"]);
    whole_again(&ours, &law).await;

    law.wire().becomes(State::Slow(Duration::from_millis(300)));
    there.decides(&offered, "acceptance", json!({})).await;
    settle(&[here, there]).await;
    never_two(here, there, &offered).await;
    whole_again(&ours, &law).await;
    assert_eq!(one_owner(here, there, &offered).await, "receiver");
    assert_eq!(open_at([here, there], &offered).await, ["12348"]);

    let taken = there.sees(&offered).await;
    let order = text(&taken, "order_id");
    there.platform().worked_on(&order, ADVICE).await;
    let number = there.finds_number_of(&text(&taken, "complaint_id")).await;
    assert_eq!(number, "19900001234");
    cut(&ours, &law).await;
    there.platform().caller_says(&order, content()).await;
    settle(&[here, there]).await;
    assert_eq!(text(&here.sees(&offered).await, "state"), "accepted");
    whole_again(&ours, &law).await;
    let ends = async || {
        let told = here.tells(&text(&registered, "complaint_number")).await;
        (here.sees(&offered).await, there.sees(&offered).await, told)
    };
    let before = ends().await;
    assert_eq!(
        (text(&before.0, "state"), text(&before.1, "state")),
        ("completed".to_owned(), "completed".to_owned())
    );
    assert!(text(&before.2, "answer").contains(ADVICE), "{}", before.2);
    assert_eq!(one_owner(here, there, &offered).await, "receiver");
    // Everything is said once more: nothing changes, at either side or in what supervision has seen.
    let seen = [
        here.platform().timeline(&text(&before.0, "order_id")).await,
        there.platform().timeline(&order).await,
    ];
    assert!(ours.doubles().await >= 2 && law.doubles().await >= 2);
    settle(&[here, there]).await;
    assert_eq!(ends().await, before);
    let again = [
        here.platform().timeline(&text(&before.0, "order_id")).await,
        there.platform().timeline(&order).await,
    ];
    assert_eq!(again, seen);
    for (hotline, order, outcome) in [
        (here, text(&before.0, "order_id"), "transferred"),
        (there, order, "solved"),
    ] {
        let watched = hotline.platform().watched(&order).await;
        assert_eq!(text(&watched, "outcome"), outcome, "{watched}");
    }
}

#[tokio::test]
async fn a_case_that_nobody_takes_for_its_own_stays_with_the_first_over_a_link_like_that() {
    let (ours, law) = pair(Size::Whole, "12345", "12348").await;
    let (here, there) = (&ours.hotline, &law.hotline);
    let registered = here.registers(complaint("M030101", "990102002")).await;
    let offered = here.offers(&registered, "12348", json!({})).await;
    settle(&[here, there]).await;
    cut(&ours, &law).await;
    there
        .decides(&offered, "refusal", json!({ "reason": "非法律问题" }))
        .await;
    settle(&[here, there]).await;
    whole_again(&ours, &law).await;
    assert_eq!(text(&here.sees(&offered).await, "state"), "refused");
    law.wire().becomes(State::Slow(Duration::from_millis(300)));
    let call = json!({ "agreed": false, "note": "三方通话，双方均认为不属本线" });
    here.decides(&offered, "call", call).await;
    settle(&[here, there]).await;
    whole_again(&ours, &law).await;
    assert!(ours.doubles().await >= 1 && law.doubles().await >= 2);
    settle(&[here, there]).await;
    assert_eq!(text(&there.sees(&offered).await, "state"), "kept");
    assert_eq!(one_owner(here, there, &offered).await, "sender");
    assert_eq!(open_at([here, there], &offered).await, ["12345"]);
    let order = text(&registered["orders"][0], "order_id");
    here.platform().worked_on(&order, "已现场协调").await;
    here.platform().caller_says(&order, content()).await;
    let told = here.tells(&text(&registered, "complaint_number")).await;
    assert_eq!(text(&told, "state"), "closed");
}
