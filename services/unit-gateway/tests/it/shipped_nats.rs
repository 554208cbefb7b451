//! The server as it is shipped, `infra/nats/nats.conf`: both sides prove who they are with certificates, unit-gateway connects to
//! two accounts and a unit logs in with its key. Left out are the two other servers of the cluster.
use crate::guarded::{ISSUER_KEY, PATIENCE, System};
use crate::harness::{LEAD, Order, access, key, notices, start_with};

use async_nats::ConnectOptions;
use contracts::subjects::Namespace;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, ExtendedKeyUsagePurpose, IsCa, KeyPair};
use runtime::embedded::{Binaries, Nats, NatsOptions, ThrowAway};
use serde_json::json;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;
use testkit::Role;
use testkit::servers::workspace;
use unit_gateway::domain::nats_login::Issuer;

/// Between two looks whether the connection is made.
const POLL: Duration = Duration::from_millis(50);

/// Files of one authority and of a certificate that it has signed.
struct Certificates {
    ca: PathBuf,
    cert: PathBuf,
    key: PathBuf,
}

impl Certificates {
    fn write(folder: &Path) -> Self {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let authority = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
        let mut params = CertificateParams::new(vec!["127.0.0.1".to_owned()]).unwrap();
        params.extended_key_usages = vec![
            ExtendedKeyUsagePurpose::ServerAuth,
            ExtendedKeyUsagePurpose::ClientAuth,
        ];
        let key = KeyPair::generate().unwrap();
        let certificate = params.signed_by(&key, &authority).unwrap();
        let write = |name: &str, text: String| {
            let file = folder.join(name);
            fs::write(&file, text).unwrap();
            file
        };
        Self {
            ca: write("ca.pem", authority.pem()),
            cert: write("cert.pem", certificate.pem()),
            key: write("key.pem", key.serialize_pem()),
        }
    }
}

fn read(path: &str) -> String {
    fs::read_to_string(workspace().join("infra/nats").join(path)).unwrap()
}

/// The text without one block at its top level.
fn without(text: &str, block: &str) -> String {
    let (mut depth, mut inside, mut kept) = (0_usize, false, String::new());
    for line in text.lines() {
        let code = line.split('#').next().unwrap();
        inside |= depth == 0 && code.starts_with(block);
        depth = depth + code.matches('{').count() - code.matches('}').count();
        if !inside {
            kept += line;
            kept.push('\n');
        }
        inside &= depth > 0;
    }
    kept
}

/// What is shipped, on one server, with its names: each `$NAME` that stands for no file is its own value.
fn configuration(files: &Certificates) -> String {
    let mut config = without(&read("nats.conf"), "cluster {");
    for part in ["accounts", "users", "remotes"] {
        let path = format!("peers/{part}.conf");
        config = config.replace(&format!("include \"{path}\""), &read(&path));
    }
    // What the embedded server writes itself, and a port that may be taken.
    let own = ["server_name:", "listen: \"0.0.0.0:4222\"", "http:", "store_dir:"];
    let lines = config.lines();
    let mut config: String = lines
        .filter(|line| !own.iter().any(|own| line.trim().starts_with(own)))
        .map(|line| line.to_owned() + "\n")
        .collect();
    assert!(config.contains("0.0.0.0:7422") && config.contains("verify: true"));
    config = config.replace("0.0.0.0:7422", "127.0.0.1:-1");
    let issuer = Issuer::new(ISSUER_KEY).unwrap().public_key();
    let mut names = String::new();
    for name in [
        "NATS_TLS_CERT",
        "NATS_TLS_KEY",
        "NATS_TLS_CA",
        "NATS_PEERS_CA",
        "NATS_APP_PASSWORD",
        "NATS_GATEWAY_PASSWORD",
        "NATS_INTAKE_PASSWORD",
        "NATS_SYS_PASSWORD",
        "NATS_PEER_12348_PASSWORD",
        "NATS_PEER_990121_PASSWORD",
        "NATS_UNITS_ISSUER",
    ] {
        let value = match name {
            "NATS_TLS_CERT" => files.cert.display().to_string(),
            "NATS_TLS_KEY" => files.key.display().to_string(),
            "NATS_TLS_CA" | "NATS_PEERS_CA" => files.ca.display().to_string(),
            "NATS_UNITS_ISSUER" => issuer.clone(),
            _ => name.to_owned(),
        };
        writeln!(names, "{name}: \"{value}\"").unwrap();
    }
    names + &config
}

#[tokio::test(flavor = "multi_thread")]
async fn on_the_configuration_that_is_shipped_a_unit_gets_in_and_is_out_with_its_key() {
    let data = ThrowAway::new("shipped-nats").unwrap();
    let files = Certificates::write(data.path());
    let options = NatsOptions {
        store_dir: data.path().join("nats"),
        port: None,
        config: configuration(&files),
        sync_always: false,
    };
    let binaries = Binaries::find(&workspace().join(".run")).unwrap();
    let nats = Nats::start(&binaries, options).await.unwrap();
    let path = |file: &PathBuf| file.display().to_string();
    let app = start_with(&[
        ("service.units_nats.urls", nats.url().as_str()),
        ("service.units_nats.user", "gateway"),
        ("service.units_nats.password", "NATS_GATEWAY_PASSWORD"),
        ("service.units_nats.tls_ca_file", path(&files.ca).as_str()),
        ("service.units_nats.tls_cert_file", path(&files.cert).as_str()),
        ("service.units_nats.tls_key_file", path(&files.key).as_str()),
        ("service.unit_logins.issuer_key", ISSUER_KEY),
        ("service.unit_logins.system_user", "sys"),
        ("service.unit_logins.system_password", "NATS_SYS_PASSWORD"),
    ])
    .await;
    access(&app, LEAD, json!({ "way": "nats" })).await;
    let (key_id, mine) = key(&app, LEAD).await;
    Order::arrives(&app, LEAD, &[]).await;

    let with_certificate = || {
        ConnectOptions::new()
            .add_root_certificates(files.ca.clone())
            .add_client_certificate(files.cert.clone(), files.key.clone())
    };
    let without_one = ConnectOptions::new()
        .add_root_certificates(files.ca.clone())
        .require_tls(true);
    assert!(
        System::connect(without_one, &nats.url(), LEAD, &mine)
            .await
            .is_err(),
        "a key alone does not do"
    );
    let mut system = System::connect(with_certificate(), &nats.url(), LEAD, &mine)
        .await
        .unwrap();
    let namespace = Namespace::new(&app.world.namespace);
    let told = system.takes(&namespace, LEAD).await;
    assert_eq!(notices(std::slice::from_ref(&told)), ["assigned"]);

    // The key is withdrawn over the second connection, to the system account. It is made in the background.
    let path = format!("/v1/units/{LEAD}/keys/{key_id}");
    let withdrawn = tokio::time::timeout(PATIENCE, async {
        let admin = app.http(Role::Admin);
        let mut tick = tokio::time::interval(POLL);
        while admin.delete(&path).await.status != 204 {
            tick.tick().await;
        }
    });
    withdrawn.await.unwrap();
    system.hears("disconnected").await;
    assert!(
        System::connect(with_certificate(), &nats.url(), LEAD, &mine)
            .await
            .is_err()
    );
    app.settle().await;
}
