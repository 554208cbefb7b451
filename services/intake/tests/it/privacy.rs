//! No name and no number leaves the vault: not into any table, not into any fact.
use crate::harness::{complaint_with, start};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};
use testkit::{Role, TestApp};

/// Different callers whose details are woven into every text they give.
const CASES: usize = 40;

#[derive(Clone, Debug)]
struct Caller {
    name: String,
    phone: String,
    written: String,
}

/// Names of two to four characters, mobile numbers, and several ways of writing the number.
fn caller() -> impl Strategy<Value = Caller> {
    let surname = prop::sample::select(vec!["闻人", "濮阳", "宰父", "鲜于", "赫连", "澹台"]);
    let given = prop::sample::select(vec!["朔", "舒", "遥", "朗", "清越", "望舒"]);
    let separators = prop::sample::select(vec!["", " ", "-", "－"]);
    (surname, given, 0_u32..100_000_000, separators).prop_map(|(surname, given, tail, separator)| {
        let phone = format!("199{tail:08}");
        let written = format!(
            "{}{separator}{}{separator}{}",
            &phone[..3],
            &phone[3..7],
            &phone[7..]
        );
        Caller {
            name: format!("{surname}{given}"),
            phone,
            written,
        }
    })
}

fn body(caller: &Caller, n: usize) -> Value {
    let Caller { name, phone, written } = caller;
    let told = format!("我是{name}，电话{written}，请联系{name}。");
    let mut body = complaint_with(json!({
        "title": format!("{name}反映路灯不亮"), "text": told,
        "place": { "division": "990102002", "address": format!("文渊街{name}家门口，{phone}") },
        "caller": { "name": name, "phone": phone },
        "facts": { "联系人": name, "备注": told },
    }));
    let extra = match n % 4 {
        0 => {
            json!({ "demands": [{ "text": told, "title": format!("{name}"), "place": { "address": told } }, { "text": "另一件" }] })
        }
        1 => json!({ "disposition": "answered", "answer": told }),
        2 => json!({ "disposition": "declined", "reason": format!("{name}的事"), "advice": told }),
        _ => json!({ "kind": "report" }),
    };
    for (member, value) in extra.as_object().unwrap() {
        body[member] = value.clone();
    }
    body
}

/// Every row of every table outside the vault, as text.
async fn everything_stored(app: &TestApp) -> String {
    let tables: Vec<String> = sqlx::query_scalar(
        "select format('%I.%I', table_schema, table_name) from information_schema.tables
         where table_schema = 'public' and table_type = 'BASE TABLE'",
    )
    .fetch_all(app.db())
    .await
    .unwrap();
    let mut all = String::new();
    for table in tables {
        let statement = format!("select coalesce(string_agg(t::text, ' '), '') from {table} t");
        let rows: String = sqlx::query_scalar(sqlx::AssertSqlSafe(statement))
            .fetch_one(app.db())
            .await
            .unwrap();
        all.push_str(&rows);
    }
    all
}

#[tokio::test]
async fn no_table_and_no_fact_holds_a_name_or_a_number() {
    let app = start().await;
    let agent = app.http(Role::Agent);
    let mut runner = TestRunner::deterministic();
    let callers: Vec<Caller> = (0..CASES)
        .map(|_| caller().new_tree(&mut runner).unwrap().current())
        .collect();
    for (n, caller) in callers.iter().enumerate() {
        let key = format!("key-{n}");
        let _ = agent
            .post_with_key("/v1/complaints", body(caller, n), &key)
            .await
            .expect(201);
    }
    let stored = everything_stored(&app).await;
    assert!(
        stored.contains("intake.order.registered.v1") && stored.contains("路灯不亮"),
        "the search looks at the right rows"
    );
    let logs = stored.replace(['-', ' ', '－'], "");
    for caller in &callers {
        assert!(!stored.contains(&caller.name), "{caller:?}");
        assert!(!stored.contains(&caller.written), "{caller:?}");
        assert!(!logs.contains(&caller.phone), "{caller:?}");
    }
    let sealed: i64 = sqlx::query_scalar("select count(words_sealed) from vault.identities")
        .fetch_one(app.db())
        .await
        .unwrap();
    assert_eq!(
        sealed,
        i64::try_from(CASES).unwrap(),
        "and what was masked is kept, sealed"
    );
    app.settle().await;
}
