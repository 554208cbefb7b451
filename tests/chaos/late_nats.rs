//! Every service starts while there is no NATS server: it is live and ready, knows the last directory from its own
//! database, answers what needs no NATS and keeps what is registered; when the server comes, the work begins by itself.
#![expect(clippy::unwrap_used, reason = "a step that fails fails the test")]
use crate::MACHINE;
use crate::drain::{databases, everything_arrived};
use all_in_one::platform::SERVICES;
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use system_tests::cluster::{Cluster, Options, until};
use system_tests::generator::{Api, Call, Demand};
use uuid::Uuid;
use web::auth::Role;

const DEADLINE: Duration = Duration::from_secs(60);

struct Hotline {
    cluster: Cluster,
    api: Api,
}

impl Hotline {
    /// One request to a service that must answer it, whatever the answer is.
    async fn ask(&self, role: Role, service: &'static str, path: &str, body: Option<Value>) -> (u16, Value) {
        self.ask_as(&self.cluster.token(role, None), service, path, body)
            .await
    }

    async fn ask_as(
        &self,
        token: &str,
        service: &'static str,
        path: &str,
        body: Option<Value>,
    ) -> (u16, Value) {
        let call = Call {
            name: None,
            service,
            path: path.to_owned(),
            token,
            key: body.is_some().then(|| Uuid::new_v4().to_string()),
            body,
        };
        let answer = self.api.ask(&call).await.unwrap();
        (answer.status.as_u16(), answer.body)
    }

    /// A complaint about a matter that no catalogue has: who knows the directory refuses it by its field.
    async fn knows_the_directory(&self, demand: &Demand) -> bool {
        let mut body = demand.complaint(9_999).body;
        body["matter"] = json!("M999999");
        let (status, answer) = self
            .ask(Role::Agent, "intake", "/v1/complaints", Some(body))
            .await;
        status == 422 && answer["field"] == "matter"
    }

    /// The order of a new complaint, and the unit that is to get it.
    async fn register(&self, demand: &Demand, number: usize) -> (String, String) {
        let wanted = demand.complaint(number);
        let (status, answer) = self
            .ask(Role::Agent, "intake", "/v1/complaints", Some(wanted.body))
            .await;
        assert_eq!(status, 201, "{answer}");
        let order = answer["orders"][0]["order_id"].as_str().unwrap().to_owned();
        (order, wanted.unit)
    }

    /// The unit finds it in its feed and supervision knows of it: everybody has worked.
    async fn reaches_its_unit(&self, (order, unit): &(String, String)) {
        let token = self.cluster.token(Role::UnitOperator, Some(unit));
        let (feed, seen) = (
            format!("/v1/units/{unit}/orders?limit=100"),
            format!("/v1/orders/{order}"),
        );
        until("the unit has the order", DEADLINE, || async {
            let (_, body) = self.ask_as(&token, "unit-gateway", &feed, None).await;
            Ok(body.to_string().contains(order.as_str()).then_some(()))
        })
        .await
        .unwrap();
        until("supervision knows the unit", DEADLINE, || async {
            let (_, body) = self.ask(Role::Supervisor, "supervision", &seen, None).await;
            Ok((body["state"] == "assigned").then_some(()))
        })
        .await
        .unwrap();
    }

    /// Is it live and ready? Asked once: nothing may have to be waited for.
    async fn is_live_and_ready(&self, service: &str) {
        let ops = self.cluster.service(service).unwrap().ops();
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        for path in ["livez", "readyz"] {
            let answer = http.get(format!("{ops}/{path}")).send().await.unwrap();
            assert!(
                answer.status().is_success(),
                "{service} {path}: {}",
                answer.status()
            );
        }
    }

    /// What each service answers from its own database.
    async fn answers_without_nats(&self) {
        let night = json!({ "matter": "M040101", "kind": "grievance", "place": { "division": "990102001" },
            "facts": { "发生时刻": "23:30", "场所类型": "建筑工地" } });
        let (status, decided) = self
            .ask(Role::Dispatcher, "routing", "/v1/decisions", Some(night))
            .await;
        assert_eq!(
            (status, &decided["directory_version"]),
            (200, &json!(1)),
            "{decided}"
        );
        for (role, service, path) in [
            (Role::Supervisor, "supervision", "/v1/desk"),
            (Role::Supervisor, "callback", "/v1/callbacks?state=due"),
            (Role::Admin, "unit-gateway", "/v1/unit-access"),
        ] {
            let (status, body) = self.ask(role, service, path, None).await;
            assert_eq!(status, 200, "{service} {path}: {body}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn services_start_without_nats_and_begin_when_it_comes() {
    let _machine = MACHINE.lock().await;
    let options = Options::new("late-nats");
    let demand = Demand::of_city(&options.city).unwrap();
    let cluster = Cluster::start(options).await.unwrap();
    let api = Api::new(&cluster, DEADLINE).unwrap();
    let mut hotline = Hotline { cluster, api };
    until("the directory is everywhere", DEADLINE, || async {
        Ok(hotline.knows_the_directory(&demand).await.then_some(()))
    })
    .await
    .unwrap();
    let before = hotline.register(&demand, 0).await;
    hotline.reaches_its_unit(&before).await;

    for service in SERVICES {
        hotline.cluster.kill(service).await.unwrap();
    }
    hotline.cluster.nats.stop().await.unwrap();
    let mut starts = Vec::new();
    for service in SERVICES {
        let begun = Instant::now();
        hotline.cluster.restart(service).await.unwrap();
        starts.push(format!("{service} {:.1?}", begun.elapsed()));
        hotline.is_live_and_ready(service).await;
    }
    assert!(
        hotline.knows_the_directory(&demand).await,
        "intake's copy of the directory outlives a start without NATS"
    );
    hotline.answers_without_nats().await;
    let meanwhile = hotline.register(&demand, 1).await;
    for service in SERVICES {
        hotline.is_live_and_ready(service).await;
    }

    hotline.cluster.nats.restart().await.unwrap();
    let come = Instant::now();
    hotline.reaches_its_unit(&meanwhile).await;
    let flowing = come.elapsed();
    let databases = databases(&hotline.cluster).await.unwrap();
    everything_arrived(&hotline.cluster, &databases).await.unwrap();
    println!(
        "\nstarted without NATS: {}; the order of that time was with its unit {flowing:.1?} after NATS came",
        starts.join(", ")
    );
    hotline.cluster.stop().await.unwrap();
}
