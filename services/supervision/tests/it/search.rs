//! Orders found by what people know of them.
use crate::harness::{Told, start};
use chrono::TimeDelta;
use serde_json::{Value, json};
use testkit::{Role, TestApp};

async fn ids(app: &TestApp, query: &str) -> Vec<String> {
    let found = app
        .http(Role::Supervisor)
        .get(&format!("/v1/search/orders?{query}"))
        .await
        .expect(200);
    let items = found.body["items"].as_array().unwrap().iter();
    items
        .map(|item| item["order_id"].as_str().unwrap().to_owned())
        .collect()
}

#[tokio::test]
async fn orders_are_found_by_every_thing_one_may_know() {
    let app = start().await;
    let (old, open) = (Told::new(&app), Told::new(&app));
    old.under_way().await;
    old.closed().await;
    app.clock.advance(TimeDelta::days(2));
    open.registered().await;
    app.settle().await;
    let (old, open) = (old.order_id.to_string(), open.order_id.to_string());
    // 路灯不亮
    for (query, expected) in [
        ("", vec![&open, &old]),
        ("q=%E8%B7%AF%E7%81%AF", vec![&open, &old]),
        ("q=%E7%81%AF%E4%BA%AE", vec![]),
        ("number=260302", vec![&open, &old]),
        ("number=26030200001-1&unit=U-1", vec![&old]),
        ("number=9999", vec![]),
        ("unit=U-1", vec![&old]),
        ("unit=U-2", vec![]),
        ("matter=M0203", vec![&old]),
        ("division=990102", vec![&old]),
        ("division=990102003&kind=help&channel=phone", vec![&old]),
        ("kind=report", vec![]),
        ("state=closed", vec![&old]),
        ("state=registered", vec![&open]),
        ("level=1", vec![]),
        ("late=true", vec![]),
        ("from=2026-03-02&to=2026-03-02", vec![&old]),
        ("from=2026-03-03&to=2026-03-09&q=%E4%B8%8D%E4%BA%AE", vec![&open]),
    ] {
        assert_eq!(
            ids(&app, query).await.iter().collect::<Vec<_>>(),
            expected,
            "{query}"
        );
    }
}

#[tokio::test]
async fn pages_follow_each_other_and_leaders_see_no_titles() {
    let app = start().await;
    for _ in 0..3 {
        Told::new(&app).under_way().await;
        app.clock.advance(TimeDelta::minutes(1));
    }
    let all = ids(&app, "unit=U-1").await;
    let leader = app.http(Role::Leader);
    let first = leader.get("/v1/search/orders?unit=U-1&limit=2").await.expect(200);
    assert!(first.body["items"][0].get("title").is_none());
    let after = first.text("/next");
    let second = leader
        .get(&format!("/v1/search/orders?unit=U-1&limit=2&after={after}"))
        .await
        .expect(200);
    assert_eq!(second.body["items"][0]["order_id"], all[2]);
    app.clock.advance(TimeDelta::hours(5));
    app.settle().await;
    assert_eq!(ids(&app, "late=true").await, all);
    for (query, field) in [
        ("q=%E7%81%AF", "q"),
        ("number=26", "number"),
        ("state=lost", "state"),
        ("kind=joy", "kind"),
        ("level=9", "level"),
        ("from=2026-03-01", "to"),
        ("colour=red", "colour"),
    ] {
        let refused = leader
            .get(&format!("/v1/search/orders?{query}"))
            .await
            .expect(400);
        assert_eq!(refused.body["field"], json!(field), "{query}");
        assert_ne!(refused.body["detail"], Value::Null);
    }
}

/// Orders by SQL, one a minute: 9 000 about heating two months ago, then 12 000 about lamps.
async fn years(app: &TestApp) {
    let words = |title: &str| {
        let chars: Vec<char> = title.chars().collect();
        let pairs = chars.windows(2).map(|pair| format!("'{}{}'", pair[0], pair[1]));
        format!(
            "array[{}, 'k:help', 'c:phone']",
            pairs.collect::<Vec<_>>().join(",")
        )
    };
    let now = format!("'{}'::timestamptz", app.clock.now().to_rfc3339());
    let made = format!(
        "select n, ('00000000-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid as id,
                case when n <= 9000 then {now} - interval '50 days' + n * interval '1 minute'
                     else {now} - interval '10 days' + n * interval '30 seconds' end as at,
                n <= 9000 as heating, 'U-' || n % 3 as unit, 2026000000 + n as number
         from generate_series(1, 21000) as n"
    );
    for statement in [
        format!(
            "insert into orders (order_id, order_number, title, kind, channel, accepted_at, state, closed_at, outcome)
             select id, number || '-1', case when heating then '供暖不热' else '路灯不亮' end, 'help', 'phone', at,
                    'closed', at, 'done' from ({made}) made"
        ),
        format!(
            "insert into order_search (order_id, accepted_at, order_number, words, led)
             select id, at, number || '-1', case when heating then {} else {} end, array['u:' || unit] from ({made}) made",
            words("供暖不热"),
            words("路灯不亮")
        ),
        "analyze order_search".to_owned(),
    ] {
        sqlx::query(sqlx::AssertSqlSafe(statement)).execute(app.db()).await.unwrap();
    }
}

/// Every page, one after the other, 200 at a time.
async fn all_pages(app: &TestApp, query: &str) -> Vec<String> {
    let client = app.http(Role::Supervisor);
    let (mut found, mut after) = (Vec::new(), String::new());
    loop {
        let path = format!("/v1/search/orders?{query}&limit=200&after={after}");
        let page = client.get(&path).await.expect(200).body;
        let items = page["items"].as_array().unwrap().iter();
        found.extend(items.map(|item| item["order_number"].as_str().unwrap().to_owned()));
        match page["next"].as_str() {
            Some(next) => next.clone_into(&mut after),
            None => return found,
        }
    }
}

#[tokio::test]
async fn a_word_of_one_season_is_found_page_by_page_when_nobody_says_it_any_more() {
    let app = start().await;
    years(&app).await;
    let numbers = |kept: &dyn Fn(u32) -> bool| -> Vec<String> {
        let all = (1..=21_000_u32).rev().filter(|n| kept(*n));
        all.map(|n| format!("{}-1", 2_026_000_000 + n)).collect()
    };
    // 供暖: more than are looked at one by one, none of them among the newest.
    let heating = all_pages(&app, "q=%E4%BE%9B%E6%9A%96").await;
    assert_eq!(heating, numbers(&|n| n <= 9_000));
    let of_unit = all_pages(&app, "q=%E4%BE%9B%E6%9A%96&unit=U-1&state=closed").await;
    assert_eq!(of_unit, numbers(&|n| n <= 9_000 && n % 3 == 1));
    // 路灯: the newest.
    let lamps = all_pages(&app, "q=%E8%B7%AF%E7%81%AF&unit=U-2").await;
    assert_eq!(lamps, numbers(&|n| n > 9_000 && n % 3 == 2));
    let many = app
        .http(Role::Supervisor)
        .get("/v1/search/orders?number=2026")
        .await;
    assert_eq!(
        many.expect(400).body["field"],
        "number",
        "more than anybody goes through"
    );
    let exact = all_pages(&app, "number=202600900").await;
    assert_eq!(exact, numbers(&|n| n / 10 == 900));
}

#[tokio::test]
async fn who_sees_no_titles_cannot_guess_their_words() {
    let app = start().await;
    Told::new(&app).registered().await;
    app.settle().await;
    let path = "/v1/search/orders?q=%E8%B7%AF%E7%81%AF";
    let refused = app.http(Role::Leader).get(path).await.expect(403);
    assert_eq!(
        (refused.text("/code"), refused.text("/field")),
        ("no_titles".to_owned(), "q".to_owned())
    );
    app.http(Role::Dispatcher).get(path).await.expect(200);
}
