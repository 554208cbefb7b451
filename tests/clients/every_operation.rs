//! Every operation of every service, called by a tool that knows nothing of us but the OpenAPI documents (`schemathesis`):
//! no service fails, and none answers what its document does not say. One seed, the same calls in the same order for each service; ids
//! are learnt from answers, so what they meet may differ.
use reqwest::Method;
use serde_json::{Value, json};
use std::path::Path;
use std::time::Duration;
use system_tests::live::Live;
use system_tests::people::{complaint, solved, text};
use system_tests::python;
use system_tests::wait::until;
use testkit::Role;
use testkit::servers::workspace;
use tokio::process::Command;

/// Calls of each kind for each operation.
const EXAMPLES: &str = "8";
/// Longest time for one service; a whole run takes about a minute.
const PATIENCE: Duration = Duration::from_secs(300);
const PEER: &str = "12348";

/// Somebody with one of each role.
fn tokens(live: &Live, unit: &str) -> Value {
    let people = Role::ALL.into_iter().filter(|role| role.is_for_people());
    let token = |role: Role| {
        let of = (role == Role::UnitOperator).then_some(unit);
        (role.to_string(), Value::String(live.token(role, of)))
    };
    Value::Object(people.map(token).collect())
}

/// Another hotline that may call us, and which we cannot reach.
async fn peer(live: &Live) -> Value {
    let known = json!({ "name": "公共法律服务热线", "url": "http://127.0.0.1:9", "matters": ["M09"] });
    live.put("intake", Role::Admin, &format!("/v1/peers/{PEER}"), &known)
        .await;
    let path = format!("/v1/peers/{PEER}/keys");
    live.post("intake", Role::Admin, &path, &json!({})).await
}

/// An order that is with its unit: its number, its complaint, the unit.
struct Assigned {
    order: String,
    complaint: Value,
    unit: String,
}

async fn assigned(live: &Live) -> Assigned {
    let complaint = complaint("M020101", "990102002");
    let complaint = live
        .post("intake", Role::Agent, "/v1/complaints", &complaint)
        .await;
    let order = text(&complaint["orders"][0], "order_id");
    let path = format!("/v1/orders/{order}/handling");
    let path = path.as_str();
    let arrived = until("the order at its unit", || async {
        let seen = live.ask("unit-gateway", Role::Dispatcher, Method::GET, path, None);
        let (status, found) = seen.await;
        (status == 200).then_some(found)
    });
    let unit = text(&arrived.await, "lead");
    Assigned {
        order,
        complaint,
        unit,
    }
}

/// A task for whoever calls back.
async fn callback_of(live: &Live, order: &str) -> Value {
    until("the callback", || async {
        let path = "/v1/callbacks?state=due";
        let (_, found) = live
            .ask("callback", Role::CallbackAgent, Method::GET, path, None)
            .await;
        let tasks = found["items"].as_array()?;
        let task = tasks.iter().find(|task| task["order_id"] == order)?;
        Some(task["callback_id"].clone())
    })
    .await
}

/// One order that is offered to another hotline, one that its unit has answered, one that its unit wants to return, one that is
/// new; answers the unit and what then exists.
async fn something_of_everything(live: &Live) -> (String, Value) {
    let offered = assigned(live).await;
    let unit = offered.unit.as_str();
    let transfer = json!({ "order_id": offered.order, "peer": PEER, "reason": "属对方职责" });
    let transfer = live.post("intake", Role::Agent, "/v1/transfers", &transfer).await;
    let answered = assigned(live).await;
    let generation = json!({ "generation": 1 });
    live.acts(unit, &answered.order, "sign", &generation).await;
    live.acts(unit, &answered.order, "reply", &solved(1)).await;
    let callback = callback_of(live, &answered.order).await;
    let returned = assigned(live).await;
    let not_ours = json!({ "generation": 1, "reason_code": "not_our_duty", "basis": "三定方案" });
    live.acts(unit, &returned.order, "return-requests", &not_ours)
        .await;
    let fresh = assigned(live).await;
    let known = json!({
        "order_id": [fresh.order, answered.order, returned.order, offered.order],
        "complaint_id": [fresh.complaint["complaint_id"], answered.complaint["complaint_id"]],
        "number": [fresh.complaint["complaint_number"]],
        "service_request_id": [fresh.complaint["complaint_number"]],
        "transfer_id": [transfer["transfer_id"]],
        "callback_id": [callback],
        "unit": [unit],
        "generation": [1],
        "matter": ["M020101"],
        "service_code": ["M020101"],
        "division": ["990102002"],
        "code": [PEER],
        "period": ["2026-01"],
        "name": ["ladder", "scores", "emerging"],
        "kind": ["day", "week", "month", "special"],
        "channel": ["phone"],
    });
    (unit.to_owned(), known)
}

async fn holds(python: &Path, service: &str, address: &str, callers: &str) -> Result<(), String> {
    let script = workspace().join("tests/clients/every_operation.py");
    // It leaves notes in its folder, and reads settings that lie there.
    let folder = std::env::temp_dir().join(format!("every-operation-{}-{service}", std::process::id()));
    std::fs::create_dir_all(&folder).map_err(|error| format!("{service}: {error}"))?;
    let done = Command::new(python)
        .args([script.as_os_str(), "--address".as_ref(), address.as_ref()])
        .args(["--examples", EXAMPLES])
        .env("CALLERS", callers)
        .current_dir(&folder)
        .kill_on_drop(true)
        .output();
    let done = tokio::time::timeout(PATIENCE, done).await;
    let _ = std::fs::remove_dir_all(&folder);
    let done = done
        .map_err(|_| format!("{service}: not done after {PATIENCE:?}"))?
        .map_err(|error| format!("{service}: {error}"))?;
    if done.status.success() {
        return Ok(());
    }
    let told = [done.stdout, done.stderr].concat();
    Err(format!("{service}\n{}", String::from_utf8_lossy(&told)))
}

#[tokio::test(flavor = "multi_thread")]
async fn every_operation_answers_as_its_document_says() {
    let Some(python) = python::interpreter() else {
        return;
    };
    let short = [
        ("unit-gateway", "service.delivery.live_secs", "1"),
        ("unit-gateway", "service.webhook.timeout_ms", "1000"),
        ("intake", "service.transfers.allow_http", "true"),
    ];
    let live = Live::start_with(&[], &short).await;
    let peer = peer(&live).await;
    let (unit, known) = something_of_everything(&live).await;
    let callers = json!({
        "tokens": tokens(&live, &unit),
        "unit": unit,
        "peer": peer,
        "service_keys": {
            "/messages": live.service_key("callback-messages"),
            "/relays": live.service_key("unit-contacts"),
            "/calls": live.service_key("unit-contacts"),
        },
        "known": known,
    })
    .to_string();
    let services = ["intake", "routing", "unit-gateway", "callback", "supervision"];
    let calls = services.map(|service| {
        let (address, python, callers) = (live.address(service), &python, &callers);
        async move { holds(python, service, &address, callers).await }
    });
    let found: Vec<String> = futures::future::join_all(calls)
        .await
        .into_iter()
        .filter_map(Result::err)
        .collect();
    assert!(found.is_empty(), "{}", found.join("\n"));
    live.stop().await;
}
