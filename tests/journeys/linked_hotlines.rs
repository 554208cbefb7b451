//! Stories 12 and 13 between two platforms, 12345 and 12348, each with its own NATS server and database, joined by a leaf node:
//! the link is cut, slow, and doubles what it carries. 110 is scripted and speaks HTTPS.
use async_nats::jetstream;
use chrono::TimeDelta;
use serde_json::{Value, json};
use std::time::Duration;
use system_tests::hotlines::{Fault, Scripted, join, never_two, one_owner, pass, settle};
use system_tests::linked::{Installation, Size, pair, whole_again};
use system_tests::wait::until;
use system_tests::wire::State;
use testkit::Role;

fn complaint() -> Value {
    json!({ "channel": "phone", "kind": "consultation", "urgency": "ordinary", "title": "怎样起诉物业公司", "text": "物业纠纷",
        "place": { "division": "990102002", "address": "文渊街" }, "matter": "M020101",
        "caller": { "name": "闻人朔", "phone": "19900007037" } })
}

fn text<'a>(value: &'a Value, field: &str) -> &'a str {
    value[field].as_str().unwrap_or_default()
}

#[tokio::test]
async fn legal_advice_goes_over_the_link_and_its_result_comes_back() {
    let (ours, law) = pair(Size::Intake, "12345", "12348").await;
    let (here, there) = (&ours.hotline, &law.hotline);
    let registered = here.registers(complaint()).await;
    let offered = here
        .offers(&registered, "12348", json!({ "consent": true }))
        .await;
    settle(&[here, there]).await;
    assert!(
        here.sees(&offered).await["receipt_at"].is_string(),
        "its machine has it"
    );
    there.decides(&offered, "acceptance", json!({})).await;
    settle(&[here, there]).await;
    assert_eq!(one_owner(here, there, &offered).await, "receiver");
    // Who the caller is, is asked for over the link and stands in no stream.
    let path = format!("/v1/transfers/{}/identity/fetches", text(&offered, "transfer_id"));
    let asked = json!({ "field": "phone", "reason": "回复咨询人" });
    let shown = there.app().http(Role::Agent).post(&path, asked).await.expect(200);
    assert_eq!(text(&shown.body, "value"), "19900007037");
    let result = json!({ "outcome": "solved", "result": "已告知起诉程序" });
    there.decides(&offered, "result", result).await;
    settle(&[here, there]).await;
    let (sent, taken) = (here.sees(&offered).await, there.sees(&offered).await);
    assert_eq!(
        (text(&sent, "state"), text(&taken, "state")),
        ("completed", "completed")
    );
    let told = here.tells(text(&registered, "complaint_number")).await;
    assert!(told.to_string().contains("已告知起诉程序"), "{told}");
    let compared = ours.compares("12348").await;
    assert_eq!(
        (&compared["compared"], &compared["differences"]),
        (&json!(1), &json!([]))
    );
}

#[tokio::test]
async fn what_is_said_while_the_link_is_cut_is_heard_when_it_is_whole_again() {
    let (ours, law) = pair(Size::Intake, "12345", "12348").await;
    let (here, there) = (&ours.hotline, &law.hotline);
    let known = here
        .offers(&here.registers(complaint()).await, "12348", json!({}))
        .await;
    settle(&[here, there]).await;
    law.wire().becomes(State::Cut);
    until("the server to notice", || async {
        ours.compares("12348").await.is_null().then_some(())
    })
    .await;
    // Both go on: one says yes, the other offers more, and a third offer ends before it has arrived.
    there.decides(&known, "acceptance", json!({})).await;
    let mut more = Vec::new();
    for _ in 0..12 {
        more.push(
            here.offers(&here.registers(complaint()).await, "12348", json!({}))
                .await,
        );
    }
    let taken_back = more.pop().unwrap();
    here.decides(&taken_back, "withdrawal", json!({ "reason": "来电人撤回" }))
        .await;
    settle(&[here, there]).await;
    never_two(here, there, &known).await;
    assert_eq!(there.sees(&more[0]).await, Value::Null, "nothing gets through");
    whole_again(&ours, &law).await;
    assert_eq!(one_owner(here, there, &known).await, "receiver");
    for transfer in &more {
        assert_eq!(
            text(&there.sees(transfer).await, "state"),
            "offered",
            "all of them arrived"
        );
    }
    let ended = there.sees(&taken_back).await;
    assert_eq!(
        text(&ended, "state"),
        "withdrawn",
        "first the offer, then its end"
    );
    assert_eq!(ours.compares("12348").await["differences"], json!([]));
}

#[tokio::test]
async fn a_slow_link_and_one_that_doubles_make_no_second_owner() {
    let (ours, law) = pair(Size::Intake, "12345", "12348").await;
    let (here, there) = (&ours.hotline, &law.hotline);
    law.wire().becomes(State::Slow(Duration::from_millis(400)));
    let offered = here
        .offers(&here.registers(complaint()).await, "12348", json!({}))
        .await;
    settle(&[here, there]).await;
    there.decides(&offered, "acceptance", json!({})).await;
    settle(&[here, there]).await;
    assert_eq!(one_owner(here, there, &offered).await, "receiver");
    law.wire().becomes(State::Whole);
    let (before_here, before_there) = (here.sees(&offered).await, there.sees(&offered).await);
    assert!(ours.doubles().await >= 2, "a reply and a yes");
    assert!(law.doubles().await >= 2, "an offer and a reply");
    settle(&[here, there]).await;
    assert_eq!(
        (here.sees(&offered).await, there.sees(&offered).await),
        (before_here, before_there)
    );
    let complaints = there
        .app()
        .http(Role::Agent)
        .get("/v1/complaints?channel=hotline")
        .await
        .expect(200);
    assert_eq!(
        complaints.body["items"].as_array().unwrap().len(),
        1,
        "one case, once"
    );
}

#[tokio::test]
async fn an_undecided_case_is_kept_after_a_call_over_the_link() {
    let (ours, law) = pair(Size::Intake, "12345", "12348").await;
    let (here, there) = (&ours.hotline, &law.hotline);
    let offered = here
        .offers(&here.registers(complaint()).await, "12348", json!({}))
        .await;
    settle(&[here, there]).await;
    there
        .decides(&offered, "refusal", json!({ "reason": "非法律问题" }))
        .await;
    settle(&[here, there]).await;
    assert_eq!(text(&here.sees(&offered).await, "state"), "refused");
    let call = json!({ "agreed": false, "note": "三方通话，双方均认为不属本线" });
    here.decides(&offered, "call", call).await;
    settle(&[here, there]).await;
    assert_eq!(one_owner(here, there, &offered).await, "sender");
    assert_eq!(text(&there.sees(&offered).await, "state"), "kept");
}

#[tokio::test]
async fn a_cut_link_delays_no_other_hotline_and_the_other_way_is_taken() {
    let (ours, law) = pair(Size::Intake, "12345", "12348").await;
    let (here, there) = (&ours.hotline, &law.hotline);
    let police = Scripted::start(here, "110").await;
    law.wire().becomes(State::Cut);
    until("the server to notice", || async {
        ours.compares("12348").await.is_null().then_some(())
    })
    .await;
    let stuck = here
        .offers(&here.registers(complaint()).await, "12348", json!({}))
        .await;
    let voice_at = here.app().clock.now().to_rfc3339();
    let mut urgent = complaint();
    urgent["urgency"] = json!("emergency");
    here.offers(
        &here.registers(urgent).await,
        "110",
        json!({ "voice_at": voice_at }),
    )
    .await;
    settle(&[here, there]).await;
    assert_eq!(police.heard("offer").len(), 1, "110 is told at once");
    assert_eq!(there.sees(&stuck).await, Value::Null);
    // With keys exchanged there is another way, and the next try goes there.
    join(here, there).await;
    for (hotline, peer) in [(here, there), (there, here)] {
        let both = json!({ "name": peer.code, "url": peer.link.url, "ways": ["nats", "https"] });
        let path = format!("/v1/peers/{}", peer.code);
        hotline.app().http(Role::Admin).put(&path, both).await.expect(200);
    }
    pass(&[here, there], TimeDelta::minutes(1)).await;
    assert_eq!(
        text(&there.sees(&stuck).await, "state"),
        "offered",
        "it came over HTTPS"
    );
    there.link.breaks(Fault::Cut);
    whole_again(&ours, &law).await;
    there.decides(&stuck, "acceptance", json!({})).await;
    pass(&[here, there], TimeDelta::minutes(6)).await;
    assert_eq!(one_owner(here, there, &stuck).await, "receiver");
}

/// One step of each, again and again, until both come to rest; `look` after each step.
async fn step_by_step(ours: &Installation, law: &Installation, look: impl AsyncFn()) {
    for _ in 0..200 {
        let mut moved = 0;
        for hotline in [&ours.hotline, &law.hotline] {
            moved += hotline.step().await;
            look().await;
        }
        if moved == 0 {
            return;
        }
    }
    panic!("the hotlines do not come to rest");
}

/// How many say that the case is theirs, over all transfers of it.
async fn owners(ours: &Installation, law: &Installation, transfers: [&Value; 2]) -> usize {
    let mut owners = 0;
    for (side, transfers) in [
        (&ours.hotline, [transfers[0], transfers[1]]),
        (&law.hotline, transfers),
    ] {
        let mut seen = Vec::new();
        for transfer in transfers {
            seen.push(side.sees(transfer).await["ours"] == true);
        }
        owners += usize::from(seen.contains(&true));
    }
    owners
}

#[tokio::test]
async fn offers_that_cross_are_one_transfer_with_one_owner() {
    for accepted in [true, false] {
        let (ours, law) = pair(Size::Intake, "12345", "12348").await;
        let (here, there) = (&ours.hotline, &law.hotline);
        // Handed over by voice: 12348 has registered it under our number, finds that it is ours, and offers it back at the
        // instant at which the record follows.
        let registered = here.registers(complaint()).await;
        let number = format!("12345/{}", text(&registered["orders"][0], "order_number"));
        let mut by_hand = complaint();
        (by_hand["channel"], by_hand["source_number"]) = (json!("hotline"), json!(number));
        let copy = there.registers(by_hand).await;
        let one = here.offers(&registered, "12348", json!({})).await;
        let two = there.offers(&copy, "12345", json!({})).await;
        assert_eq!(
            (text(&one, "case_number"), text(&two, "case_number")),
            (number.as_str(), number.as_str())
        );
        let ours_alone = async || assert_eq!(owners(&ours, &law, [&one, &two]).await, 1);
        ours_alone().await;
        step_by_step(&ours, &law, ours_alone).await;
        assert_eq!(text(&here.sees(&one).await, "state"), "offered");
        assert_eq!(text(&there.sees(&one).await, "state"), "offered");
        assert_eq!(
            text(&there.sees(&two).await, "state"),
            "withdrawn",
            "one of them stands"
        );
        assert_eq!(here.sees(&two).await, Value::Null);
        let (decision, body) = if accepted {
            ("acceptance", json!({}))
        } else {
            ("refusal", json!({ "reason": "非法律问题" }))
        };
        there.decides(&one, decision, body).await;
        // Between the sender's word and its arrival the receiver does not know yet that the case is its own.
        step_by_step(&ours, &law, async || {
            assert!(owners(&ours, &law, [&one, &two]).await <= 1, "two owners");
        })
        .await;
        let owner = if accepted { "receiver" } else { "sender" };
        assert_eq!(one_owner(here, there, &one).await, owner);
        let known = there
            .app()
            .http(Role::Agent)
            .get("/v1/complaints?channel=hotline")
            .await
            .expect(200);
        assert_eq!(
            known.body["items"].as_array().unwrap().len(),
            1,
            "registered once"
        );
    }
}

#[tokio::test]
async fn two_cases_that_both_hotlines_gave_the_same_number_stay_two() {
    let (ours, law) = pair(Size::Intake, "12345", "12348").await;
    let (here, there) = (&ours.hotline, &law.hotline);
    let (mine, yours) = (
        here.registers(complaint()).await,
        there.registers(complaint()).await,
    );
    assert_eq!(
        mine["orders"][0]["order_number"], yours["orders"][0]["order_number"],
        "the first of the day"
    );
    let one = here.offers(&mine, "12348", json!({})).await;
    let two = there.offers(&yours, "12345", json!({})).await;
    settle(&[here, there]).await;
    there.decides(&one, "acceptance", json!({})).await;
    settle(&[here, there]).await;
    here.decides(&two, "acceptance", json!({})).await;
    settle(&[here, there]).await;
    assert_eq!(one_owner(here, there, &one).await, "receiver");
    assert_eq!(one_owner(there, here, &two).await, "receiver");
    assert_eq!(ours.compares("12348").await["differences"], json!([]));
}

#[tokio::test]
#[expect(clippy::disallowed_methods, reason = "this is a peer whose program is wrong")]
async fn what_cannot_be_read_holds_up_nothing() {
    let (ours, law) = pair(Size::Intake, "12345", "12348").await;
    let (here, there) = (&ours.hotline, &law.hotline);
    let options = async_nats::ConnectOptions::with_user_and_password("intake".into(), "intake".into());
    let client = options.connect(law.nats.url()).await.unwrap();
    let jetstream = jetstream::new(client);
    let id = uuid::Uuid::now_v7();
    let nothing = json!({ "type": "refusal", "transfer_id": id, "reason": "\0" }).to_string();
    let unknown = json!({ "type": "refusal", "transfer_id": id, "reason": "r" }).to_string();
    for (kind, body, named) in [
        ("message", "no JSON".to_owned(), true),
        ("message", nothing, true),
        ("message", unknown.clone(), false),
        ("letter", unknown.clone(), true),
        ("message", unknown, true),
    ] {
        let mut headers = async_nats::HeaderMap::new();
        if named {
            headers.insert("Nats-Msg-Id", uuid::Uuid::now_v7().to_string().as_str());
        }
        let subject = format!("peer.12348.12345.doc.{kind}");
        jetstream
            .publish_with_headers(subject, headers, body.into())
            .await
            .unwrap()
            .await
            .unwrap();
    }
    let offered = there
        .offers(&there.registers(complaint()).await, "12345", json!({}))
        .await;
    settle(&[here, there]).await;
    assert_eq!(text(&here.sees(&offered).await, "state"), "offered");
}
