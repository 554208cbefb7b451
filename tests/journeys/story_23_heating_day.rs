//! Story 23, 供热日: on the first cold day heating grows from one in twenty orders to three in ten, ten times the usual rate. It is
//! reported as emerging within the hour with its orders and areas, every order is with its unit in the same hour, and
//! whoever calls about one boiler house joins one order and gets its result.
use serde_json::{Value, json};
use std::collections::BTreeSet;
use system_tests::Platform;
use system_tests::people::{Registered, complaint, content, text};
use testkit::Role;

/// 室温不达标, and who heats the city.
const COLD: &str = "M020301";
const HEAT: &str = "QY-HEAT";
/// Two districts of Datong, by a street of each.
const DISTRICTS: [(&str, &str); 2] = [("995102", "995102001"), ("995103", "995103001")];
/// Of so many orders in an hour, so many are about heating: on ordinary days, and on the cold one.
const USUAL: (usize, usize) = (40, 2);
const COLD_DAY: (usize, usize) = (67, 20);
/// Ordinary days before.
const DAYS: u32 = 9;

/// A city that looks back a week, and whose ladder is not what this is about.
async fn datong() -> Platform {
    let platform = Platform::start_at("2026-10-20T09:00:00+08:00").await;
    let folder = system_tests::city::named("datong");
    platform.import(&folder).await;
    platform.policies(&folder).await;
    let admin = platform.supervision.http(Role::Admin);
    let emerging = "history_days = 8\nguard_days = 1\np_max = 0.00001\norders_min = 6\ngrowth_min = 3.0\nquiet_hours = 24\n";
    let body = json!({ "document": emerging });
    admin.put("/v1/policies/emerging", body).await.expect(200);
    platform
}

/// An hour's calls: every order of the hour, those about heating first.
async fn an_hour(platform: &Platform, (all, heating): (usize, usize)) -> Vec<String> {
    let mut orders = Vec::with_capacity(all);
    for n in 0..all {
        let (_, street) = DISTRICTS[n % DISTRICTS.len()];
        let mut body = complaint(if n < heating { COLD } else { "M010101" }, street);
        body["caller"]["phone"] = json!(format!("199{:08}", n));
        if n < heating {
            body["title"] = json!("暖气不热");
            body["text"] = json!(format!("{n}号楼暖气不热，室温不到十五度"));
        }
        let answer = platform
            .intake
            .http(Role::Agent)
            .post("/v1/complaints", body)
            .await;
        orders.push(Registered::read(&answer.expect(201)).order().to_owned());
    }
    platform.settle().await;
    orders
}

async fn alerts(platform: &Platform) -> Vec<Value> {
    let answer = platform.supervision.http(Role::Leader).get("/v1/emerging").await;
    answer.expect(200).body["items"]
        .as_array()
        .expect("items")
        .clone()
}

/// Orders behind an alert.
async fn behind(platform: &Platform, alert: &Value) -> BTreeSet<String> {
    let path = format!("/v1/emerging/{}/orders?limit=200", text(alert, "alert_id"));
    let answer = platform.supervision.http(Role::Supervisor).get(&path).await;
    let items = answer.expect(200).body["items"]
        .as_array()
        .expect("items")
        .clone();
    items.iter().map(|order| text(order, "order_id")).collect()
}

/// Two more hours of the same; every order of the day went to its unit when it was registered, and nobody waits.
async fn goes_on(platform: &Platform, first: Vec<String>) {
    let mut all = first;
    for hour in ["10", "11"] {
        platform
            .pass_until(&format!("2026-10-29T{hour}:05:00+08:00"))
            .await;
        all.extend(an_hour(platform, COLD_DAY).await);
    }
    for order in &all {
        let watched = platform.watched(order).await;
        let (accepted, assigned) = (
            text(&watched, "accepted_at"),
            text(&watched["assignment"], "assigned_at"),
        );
        assert_eq!(accepted, assigned, "dispatched when it was registered: {watched}");
    }
    let waiting = platform
        .routing
        .http(Role::Dispatcher)
        .get("/v1/manual-queue")
        .await;
    assert_eq!(
        waiting.expect(200).body["items"],
        json!([]),
        "nothing waits for a person"
    );
}

#[tokio::test]
async fn heating_is_seen_within_the_hour_and_every_order_is_dispatched_in_it() {
    let platform = datong().await;
    for day in 20..20 + DAYS {
        platform
            .pass_until(&format!("2026-10-{day}T09:05:00+08:00"))
            .await;
        an_hour(&platform, USUAL).await;
    }
    platform.pass_until("2026-10-29T08:59:00+08:00").await;
    assert_eq!(alerts(&platform).await, Vec::<Value>::new(), "ordinary days");

    platform.pass_until("2026-10-29T09:05:00+08:00").await;
    let first = an_hour(&platform, COLD_DAY).await;
    // The job looks every minute: it is told in the hour it happens in.
    platform.pass_until("2026-10-29T09:20:00+08:00").await;
    let told = alerts(&platform).await;
    let of = |area: Option<&str>| {
        let mut found = told.iter().filter(|alert| alert["area"].as_str() == area);
        found
            .next()
            .unwrap_or_else(|| panic!("no alert for {area:?}: {told:?}"))
            .clone()
    };
    let city = of(None);
    assert_eq!(
        (&city["matter"], &city["orders"]),
        (&json!(COLD), &json!(COLD_DAY.1))
    );
    let (share, growth) = (&city["share_percent"], &city["growth"]);
    assert!(
        share.as_f64().is_some_and(|share| (29.0..31.0).contains(&share)),
        "{city}"
    );
    assert!(
        growth.as_f64().is_some_and(|growth| growth > 8.0),
        "ten times the usual rate: {city}"
    );
    assert_eq!(
        told.len(),
        1 + DISTRICTS.len(),
        "nothing else stands out: {told:?}"
    );

    let heating: BTreeSet<String> = first[..COLD_DAY.1].iter().cloned().collect();
    assert_eq!(behind(&platform, &city).await, heating);
    let mut by_area = BTreeSet::new();
    for (district, _) in DISTRICTS {
        by_area.extend(behind(&platform, &of(Some(district))).await);
    }
    assert_eq!(by_area, heating, "each in its area");

    goes_on(&platform, first).await;
    let mut later = alerts(&platform).await;
    later.retain(|alert| alert["matter"] == COLD);
    assert_eq!(later.len(), told.len(), "it goes on, and is not told again");
}

/// What an agent types while somebody calls about the boiler house.
fn boiler_house(east: f64) -> Value {
    json!({ "title": "暖气不热", "text": "家里暖气不热，锅炉房说在抢修", "matter": COLD,
            "place": { "division": "995102001", "longitude": 113.3 + east / 1000.0, "latitude": 40.1, "address": "文渊街锅炉房" } })
}

#[tokio::test]
async fn who_calls_about_one_boiler_house_joins_one_order_and_gets_its_result() {
    let platform = Platform::of_city("datong").await;
    let mut body = complaint(COLD, "995102001");
    for (field, value) in boiler_house(0.0).as_object().expect("fields") {
        body[field] = value.clone();
    }
    let first = platform.register(body.clone()).await;
    let order = first.order().to_owned();
    let mut numbers = vec![first.number.clone()];
    for caller in 1..=12_u32 {
        // The next flat of the same street: what is open there is suggested while the agent still types.
        let typed = boiler_house(f64::from(caller) / 10.0);
        let near = platform
            .intake
            .http(Role::Agent)
            .post("/v1/similar", typed.clone())
            .await;
        let near = near.expect(200).body;
        assert_eq!(near["items"][0]["order_id"], json!(order), "{near}");
        let mut joining = body.clone();
        joining["place"] = typed["place"].clone();
        joining["joins"] = json!(order);
        joining["caller"]["phone"] = json!(format!("1991111{caller:04}"));
        let joined = platform.register(joining).await;
        assert!(joined.orders.is_empty(), "{}", joined.body);
        numbers.push(joined.number.clone());
    }
    assert_eq!(platform.documents(HEAT).await.len(), 1, "the unit has one order");

    platform.handled_by(HEAT, &order).await;
    platform.caller_says(&order, content()).await;
    for number in &numbers {
        let progress = platform.progress(number).await;
        assert_eq!(progress["state"], "closed", "{number}: {progress}");
        assert!(
            progress["answer"].to_string().contains("已处理完毕"),
            "{number}: {progress}"
        );
    }
    for caller in 1..=12 {
        let sent = platform.sent_to(&format!("1991111{caller:04}"));
        assert_eq!(sent.len(), 1, "each is sent the result once: {sent:?}");
    }
}
