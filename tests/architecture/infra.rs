//! What stands in `infra/` for others to run is what the programs understand.
use crate::source::{self, root};
use all_in_one::links::Links;
use all_in_one::nats::{PlatformPasswords, callout, configuration};
use runtime::Service;
use runtime::embedded::{Binaries, ThrowAway};
use runtime::settings::load;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::process::Command;

/// The public half of some issuer's key.
const ISSUER: &str = "ACODERUVFFAWZQDSS6SBIACUA5O6SXF7HJ3YTYXBALHZP3P7R4BUO4J2";

fn text(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The settings of a service in `compose.yaml`, as overrides of its defaults.
fn composed(service: &str) -> Vec<(String, String)> {
    let prefix = format!("{}__", service.replace('-', "_").to_uppercase());
    let compose = text("infra/compose.yaml");
    let lines = compose.lines().filter_map(|line| line.trim().split_once(": "));
    lines
        .filter_map(|(name, value)| {
            let key = name.strip_prefix(&prefix)?.replace("__", ".").to_lowercase();
            // What has no value here comes from the one who starts it.
            let value = if value.starts_with("${") {
                "https://issuer.example"
            } else {
                value
            };
            Some((key, value.to_owned()))
        })
        .collect()
}

/// Loads them; every name is checked by the service itself, and so is what must fit together.
fn loads<S: Service>() -> BTreeMap<String, String> {
    let overrides = composed(S::NAME);
    let settings = load::<S>(None, &overrides).unwrap_or_else(|error| panic!("{error}"));
    assert!(
        !settings.http.listen.ip().is_loopback(),
        "{} is not reachable",
        S::NAME
    );
    let overrides: BTreeMap<String, String> = overrides.into_iter().collect();
    let database = overrides["db.url"]
        .rsplit('/')
        .next()
        .expect("a database")
        .to_owned();
    assert!(
        text("infra/compose.yaml").contains(&format!("create database {database};")),
        "nobody creates {database}"
    );
    overrides
}

#[test]
fn compose_gives_every_service_settings_it_understands() {
    let intake = loads::<intake::app::Intake>();
    let gateway = loads::<unit_gateway::UnitGateway>();
    let all = [
        &intake,
        &gateway,
        &loads::<routing::Routing>(),
        &loads::<callback::app::Callback>(),
        &loads::<supervision::app::Supervision>(),
    ];
    let compose = text("infra/compose.yaml");
    let knows =
        |user: &str, password: &str| compose.contains(&format!("{{ user: {user}, password: {password} }}"));
    for settings in all {
        assert!(
            knows(&settings["nats.user"], &settings["nats.password"]),
            "{settings:?}"
        );
        assert!(settings.contains_key("auth.jwks_url"), "{settings:?}");
    }
    assert!(knows(
        &gateway["service.units_nats.user"],
        &gateway["service.units_nats.password"]
    ));
    // Without these `serve` refuses.
    for (settings, key) in [
        (&intake, "service.vault.keys.1"),
        (&intake, "service.vault.blind_index_key"),
        (&gateway, "service.webhook.secret_key"),
    ] {
        assert!(settings.get(key).is_some_and(|value| !value.is_empty()), "{key}");
    }
}

/// On a laptop and in production the server asks the same service about units, and knows the same users of our own.
#[test]
fn units_log_in_the_same_way_on_a_laptop_and_in_production() {
    let passwords = PlatformPasswords {
        app: "a".into(),
        gateway: "g".into(),
        intake: "i".into(),
        system: "s".into(),
    };
    let laptop = configuration(&passwords, &[], &Links::default()) + &callout(ISSUER, &[]);
    let production = text("infra/nats/nats.conf");
    for part in [
        "user: app,",
        "user: gateway,",
        "user: sys,",
        "account: UNITS",
        "auth_users: [ app, gateway, sys, intake",
    ] {
        assert!(production.contains(part) && laptop.contains(part), "{part}");
    }
}

#[test]
fn nats_server_accepts_its_configuration() {
    let Ok(binaries) = Binaries::find(&root().join(".run")) else {
        eprintln!("SKIPPED: there is no nats-server on this machine; `make tools` installs one");
        return;
    };
    let folder = ThrowAway::new("nats-conf").expect("a folder");
    let production = text("infra/nats/nats.conf");
    let file = folder.path().join("nats.conf");
    fs::write(&file, without_certificates(&production)).expect("a file");
    fs::create_dir(folder.path().join("peers")).expect("a folder");
    let mut named = production;
    for part in ["accounts", "users", "remotes"] {
        let part = format!("peers/{part}.conf");
        let links = text(&format!("infra/nats/{part}"));
        fs::write(folder.path().join(part), &links).expect("a file");
        named += &links;
    }
    let names = named.split('$').skip(1).filter_map(|rest| {
        let end = rest.find(|c: char| !c.is_ascii_uppercase() && !c.is_ascii_digit() && c != '_')?;
        rest[..end].starts_with("NATS_").then_some(&rest[..end])
    });
    let output = Command::new(binaries.nats_server)
        .arg("-t")
        .arg("--config")
        .arg(&file)
        .envs(names.map(|name| (name, folder.path().join(name))))
        .env("NATS_UNITS_ISSUER", ISSUER)
        .output()
        .expect("nats-server runs");
    let said = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
    assert!(output.status.success(), "{said}");
}

/// The links of the sample city are what intake says that they should be.
#[test]
fn links_to_other_hotlines_are_those_that_intake_writes() {
    let peers = ["12348".to_owned(), "990121".to_owned()];
    let made = intake::domain::peer_account::configuration("12345", &peers);
    assert_eq!(text("infra/nats/peers/accounts.conf"), made.accounts);
    assert_eq!(text("infra/nats/peers/users.conf"), made.users);
    let wanted: Vec<&str> = made.remotes.lines().collect();
    for line in text("infra/nats/peers/remotes.conf").lines() {
        assert!(wanted.contains(&line), "{line}");
    }
}

/// The blocks `tls { … }` name files that only production has.
fn without_certificates(config: &str) -> String {
    let mut inside = false;
    let mut kept = String::new();
    for line in config.lines() {
        let code = line.trim();
        inside |= code == "tls {";
        if !inside {
            kept += line;
            kept.push('\n');
        }
        inside &= code != "}";
    }
    assert!(!kept.contains("_TLS_"), "{kept}");
    kept
}

/// Every figure that the dashboard and its alarms ask for is one that a program makes.
#[test]
fn the_dashboard_asks_for_figures_that_exist() {
    let dashboard: Value = serde_json::from_str(&text("infra/grafana/hotline.json")).expect("JSON");
    let targets = dashboard["panels"].as_array().expect("panels").iter();
    let asked: Vec<String> = targets
        .flat_map(|panel| panel["targets"].as_array().expect("targets"))
        .map(|target| target["expr"].as_str().expect("an expression").to_owned())
        .chain(
            text("infra/grafana/README.md")
                .lines()
                .filter_map(|line| line.strip_prefix("| `")?.split('`').next().map(str::to_owned)),
        )
        .collect();
    assert!(asked.len() > 15, "{asked:?}");
    let made: String = ["shared/telemetry/src", "shared/runtime/src", "services"]
        .into_iter()
        .flat_map(source::below)
        .map(|source| source.text)
        .collect();
    for expression in asked {
        let words = expression.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
        let figure = words
            .map(|word| word.trim_end_matches("_bucket"))
            .find(|word| made.contains(&format!("\"{word}\"")) && word.contains('_'));
        assert!(figure.is_some(), "nothing makes the figure of `{expression}`");
    }
}

/// The collector scrapes every service where it has its figures.
#[test]
fn the_collector_knows_the_ports_of_all_services() {
    let collector = text("infra/otel/collector.yaml");
    for service in source::SERVICES {
        let defaults: toml::Table = text(&format!("services/{service}/config/default.toml"))
            .parse()
            .expect("settings");
        let listen = defaults["ops"]["listen"].as_str().expect("an address");
        let (_, port) = listen.rsplit_once(':').expect("a port");
        assert!(
            collector.contains(&format!("\"{service}:{port}\"")),
            "{service}:{port}"
        );
    }
}
