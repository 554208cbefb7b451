//! The five services as they run in production (HTTP on sockets, shards, jobs, tasks, the database's clock), with
//! the NATS configuration of the all-in-one: units have users that may read their own consumer and nothing else.
//!
//! For clients in other languages and for what only a running process has (`/metrics`, `/readyz`). Everything
//! else is tested on the stepped [`Platform`](crate::Platform), where nothing has to be waited for.
mod watching;

use crate::city;
use all_in_one::directory::{Command, Tool};
use all_in_one::layout::Layout;
use all_in_one::links::Links;
use all_in_one::nats::{PlatformPasswords, UnitUser};
use all_in_one::platform::{self, Servers};
use all_in_one::{issuer, nats, secrets};
use anyhow::Context as _;
use callback::app::Callback;
use intake::app::Intake;
use reqwest::Method;
use routing::Routing;
use runtime::embedded::{Binaries, Nats, NatsOptions, ThrowAway};
use runtime::{Running, Service, Stop};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::time::Duration;
use supervision::app::Supervision;
use testkit::Role;
use testkit::servers::{servers, workspace};
use unit_gateway::UnitGateway;
use unit_gateway::domain::nats_login::Issuer;
use web::dev_issuer::DevIssuer;

/// A running platform of its own: databases, nats-server, ports.
pub struct Live {
    /// Its nats-server.
    pub nats: Nats,
    http: reqwest::Client,
    issuer: DevIssuer,
    layout: Layout,
    addresses: BTreeMap<&'static str, Addresses>,
    running: Vec<Running>,
    stop: Stop,
    data: ThrowAway,
}

#[derive(Clone, Copy)]
struct Addresses {
    http: SocketAddr,
    ops: SocketAddr,
}

/// Password of a unit's own NATS user.
#[must_use]
pub fn password_of(unit: &str) -> String {
    format!("password-of-{unit}")
}

impl Live {
    /// Starts it with the sample city; each of `units` gets a NATS user of its own.
    ///
    /// # Panics
    /// When a part cannot start.
    pub async fn start(units: &[&str]) -> Self {
        Self::start_with(units, &[]).await
    }

    /// The same with further settings of one service each: its name, the setting, the value.
    ///
    /// # Panics
    /// When a part cannot start.
    pub async fn start_with(units: &[&str], more: &[(&str, &str, &str)]) -> Self {
        let live = Self::try_start(units, more)
            .await
            .unwrap_or_else(|error| panic!("{error:#}"));
        let pack = json!({ "pack": city::files(&city::sample()) });
        live.post(
            Routing::NAME,
            Role::DirectoryEditor,
            "/v1/directory/versions",
            &pack,
        )
        .await;
        live
    }

    async fn try_start(units: &[&str], more: &[(&str, &str, &str)]) -> anyhow::Result<Self> {
        let shared = servers();
        let data = ThrowAway::new("live")?;
        let layout = Layout::new(data.path())?;
        let users: Vec<UnitUser> = units
            .iter()
            .map(|unit| UnitUser {
                unit: (*unit).into(),
                password: password_of(unit),
            })
            .collect();
        let passwords = PlatformPasswords {
            app: "app".into(),
            gateway: "gateway".into(),
            intake: "intake".into(),
            system: "sys".into(),
        };
        let logins = Issuer::new(&secrets::key(&layout, "unit-logins")?)?;
        let options = NatsOptions {
            store_dir: layout.join("nats"),
            port: None,
            // Units without a user of their own log in with their code and a key.
            config: nats::configuration(&passwords, &users, &Links::default())
                + &nats::callout(&logins.public_key(), &users),
            sync_always: false,
        };
        let nats = Nats::start(&Binaries::find(&workspace().join(".run"))?, options).await?;
        let servers = Servers {
            postgres: shared.postgres.url("").trim_end_matches('/').to_owned(),
            nats: nats.url(),
            nats_monitor: nats.monitor_url(),
            app_password: passwords.app,
            gateway_password: passwords.gateway,
            intake_password: passwords.intake,
            system_password: passwords.system,
        };
        let mut live = Self {
            nats,
            http: reqwest::Client::builder()
                .timeout(Duration::from_secs(30))
                .no_proxy()
                .build()?,
            issuer: issuer::open(&layout)?,
            layout: layout.clone(),
            addresses: BTreeMap::new(),
            running: Vec::new(),
            stop: Stop::new(),
            data,
        };
        let start = Start {
            layout,
            servers,
            databases: format!("live{}", uuid::Uuid::new_v4().simple()),
            more,
        };
        live.add::<Intake>(&start).await?;
        live.add::<Routing>(&start).await?;
        live.add::<UnitGateway>(&start).await?;
        live.add::<Callback>(&start).await?;
        live.add::<Supervision>(&start).await?;
        Ok(live)
    }

    async fn add<S: Service>(&mut self, start: &Start<'_>) -> anyhow::Result<()> {
        let database = format!("{}_{}", start.databases, S::NAME.replace('-', "_"));
        servers().postgres.create_database(&database).await?;
        let mut settings = platform::overrides(&start.layout, &start.servers, S::NAME)?;
        settings.push((
            "db.url".to_owned(),
            format!("{}/{database}", start.servers.postgres),
        ));
        settings.push(("http.listen".to_owned(), "127.0.0.1:0".to_owned()));
        settings.push(("ops.listen".to_owned(), "127.0.0.1:0".to_owned()));
        let own = start.more.iter().filter(|(service, ..)| *service == S::NAME);
        settings.extend(own.map(|(_, setting, value)| ((*setting).to_owned(), (*value).to_owned())));
        let settings = runtime::settings::load::<S>(None, &settings)?;
        runtime::migrate::<S>(&settings)
            .await
            .with_context(|| format!("migrate {}", S::NAME))?;
        runtime::provision::<S>(&settings)
            .await
            .with_context(|| format!("provision {}", S::NAME))?;
        let running = runtime::start::<S>(settings, &self.stop)
            .await
            .with_context(|| format!("start {}", S::NAME))?;
        self.addresses.insert(
            S::NAME,
            Addresses {
                http: running.http,
                ops: running.ops,
            },
        );
        self.running.push(running);
        Ok(())
    }

    /// A request as a person with that role; answers status and body.
    ///
    /// # Panics
    /// When nobody answers.
    pub async fn ask(
        &self,
        service: &str,
        role: Role,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> (u16, Value) {
        self.ask_with(service, &self.token(role, None), method, path, body)
            .await
    }

    /// The same with that token.
    async fn ask_with(
        &self,
        service: &str,
        token: &str,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> (u16, Value) {
        let url = format!("http://{}{path}", self.addresses[service].http);
        let mut request = self.http.request(method, url).bearer_auth(token);
        if let Some(body) = body {
            request = request.json(body);
        }
        let answer = request
            .send()
            .await
            .unwrap_or_else(|error| panic!("{service} {path}: {error}"));
        let status = answer.status().as_u16();
        let text = answer
            .text()
            .await
            .unwrap_or_else(|error| panic!("{service} {path}: {error}"));
        (status, serde_json::from_str(&text).unwrap_or(Value::String(text)))
    }

    /// The token of a person with that role, of a unit where one is named.
    #[must_use]
    pub fn token(&self, role: Role, unit: Option<&str>) -> String {
        issuer::token(&self.issuer, role, unit)
    }

    /// The key of one of the platform's own services, by the name of its secret.
    ///
    /// # Panics
    /// When it cannot be read.
    #[must_use]
    pub fn service_key(&self, secret: &str) -> String {
        format!(
            "ik_{}",
            secrets::password(&self.layout, secret).expect("a readable secret")
        )
    }

    /// Base address of a service's door.
    #[must_use]
    pub fn address(&self, service: &str) -> String {
        format!("http://{}", self.addresses[service].http)
    }

    /// What people do with `hotline directory`, on this platform.
    ///
    /// # Errors
    /// When routing refuses, with what it said.
    pub async fn directory(&self, command: Command) -> anyhow::Result<Value> {
        let url = format!("{}/v1/directory", self.address(Routing::NAME));
        let issuer = issuer::open(&Layout::new(self.data.path())?)?;
        let printed = Tool::new(&url, issuer)?.execute(command).await?;
        Ok(serde_json::from_str(&printed)?)
    }

    /// GET that must succeed.
    pub async fn get(&self, service: &str, role: Role, path: &str) -> Value {
        let (status, body) = self.ask(service, role, Method::GET, path, None).await;
        assert!((200..300).contains(&status), "{service} {path}: {status} {body}");
        body
    }

    /// POST that must succeed.
    pub async fn post(&self, service: &str, role: Role, path: &str, body: &Value) -> Value {
        let (status, answer) = self.ask(service, role, Method::POST, path, Some(body)).await;
        assert!(
            (200..300).contains(&status),
            "{service} {path}: {status} {answer}"
        );
        answer
    }

    /// A unit acts on an order, and may.
    ///
    /// # Panics
    /// When it may not.
    pub async fn acts(&self, unit: &str, order: &str, verb: &str, body: &Value) {
        let path = format!("/v1/units/{unit}/orders/{order}/{verb}");
        let token = self.token(Role::UnitOperator, Some(unit));
        let asked = self.ask_with(UnitGateway::NAME, &token, Method::POST, &path, Some(body));
        let (status, answer) = asked.await;
        assert!((200..300).contains(&status), "{path}: {status} {answer}");
    }

    /// PUT that must succeed.
    pub async fn put(&self, service: &str, role: Role, path: &str, body: &Value) -> Value {
        let (status, answer) = self.ask(service, role, Method::PUT, path, Some(body)).await;
        assert!(
            (200..300).contains(&status),
            "{service} {path}: {status} {answer}"
        );
        answer
    }

    /// `/livez`, `/readyz` or `/metrics` of a service.
    ///
    /// # Panics
    /// When nobody answers.
    pub async fn ops(&self, service: &str, path: &str) -> (u16, String) {
        let url = format!("http://{}{path}", self.addresses[service].ops);
        let answer = self
            .http
            .get(url)
            .send()
            .await
            .expect("the port of the operators answers");
        (answer.status().as_u16(), answer.text().await.expect("text"))
    }

    /// Ends everything in order.
    ///
    /// # Panics
    /// When a part had failed meanwhile.
    pub async fn stop(mut self) {
        self.stop.stop();
        for running in std::mem::take(&mut self.running) {
            running.wait(&self.stop).await.expect("the services end in order");
        }
        self.nats.stop().await.expect("nats-server ends");
    }
}

struct Start<'a> {
    layout: Layout,
    servers: Servers,
    databases: String,
    more: &'a [(&'a str, &'a str, &'a str)],
}

impl Drop for Live {
    fn drop(&mut self) {
        self.stop.stop();
    }
}
