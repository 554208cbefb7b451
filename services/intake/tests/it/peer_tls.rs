//! Mutual TLS with another hotline, against a real TLS server that asks for a certificate; the authority is made here.
use crate::harness;
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::serve::Listener;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, ExtendedKeyUsagePurpose, IsCa, KeyPair};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig};
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use testkit::{Role, TestApp};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

type Authority = CertifiedIssuer<'static, KeyPair>;

fn authority() -> Authority {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
}

/// A certificate and its key, signed by the authority.
fn signed(by: &Authority, purpose: ExtendedKeyUsagePurpose) -> (rcgen::Certificate, KeyPair) {
    let mut params = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
    params.extended_key_usages = vec![purpose];
    let key = KeyPair::generate().unwrap();
    (params.signed_by(&key, by).unwrap(), key)
}

/// Takes connections whose handshake succeeds; others end.
struct Door {
    tcp: TcpListener,
    tls: TlsAcceptor,
}

impl Listener for Door {
    type Io = TlsStream<TcpStream>;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        loop {
            let (tcp, address) = self.tcp.accept().await.unwrap();
            if let Ok(stream) = self.tls.accept(tcp).await {
                return (stream, address);
            }
        }
    }

    fn local_addr(&self) -> std::io::Result<SocketAddr> {
        self.tcp.local_addr()
    }
}

type Heard = Arc<Mutex<Vec<Value>>>;

async fn take(State(heard): State<Heard>, body: Bytes) -> String {
    let message: Value = serde_json::from_slice(&body).unwrap();
    let answer = json!({ "transfer_id": message["transfer_id"], "state": "offered" });
    heard.lock().unwrap().push(message);
    answer.to_string()
}

/// A hotline that believes those whom `clients` has signed; answers its address and what it has heard.
async fn door(
    of: &Authority,
    clients: &Authority,
    running: &mut JoinSet<std::io::Result<()>>,
) -> (String, Heard) {
    rustls::crypto::ring::default_provider().install_default().ok();
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from(clients.der().to_vec())).unwrap();
    let asks = WebPkiClientVerifier::builder(Arc::new(roots)).build().unwrap();
    let (certificate, key) = signed(of, ExtendedKeyUsagePurpose::ServerAuth);
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
    let config = ServerConfig::builder()
        .with_client_cert_verifier(asks)
        .with_single_cert(vec![certificate.der().clone()], key)
        .unwrap();
    let tcp = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("https://localhost:{}", tcp.local_addr().unwrap().port());
    let heard = Heard::default();
    let router = Router::new().fallback(take).with_state(Arc::clone(&heard));
    let door = Door {
        tcp,
        tls: TlsAcceptor::from(Arc::new(config)),
    };
    running.spawn(async move { axum::serve(door, router).await });
    (url, heard)
}

/// Files of one peer, and the settings that name them.
fn files(folder: &Path, code: &str, ca: &Authority, ours: &Authority) -> Vec<(&'static str, String)> {
    let (certificate, key) = signed(ours, ExtendedKeyUsagePurpose::ClientAuth);
    let write = |name: &str, text: String| -> PathBuf {
        let file = folder.join(format!("{code}-{name}.pem"));
        std::fs::write(&file, text).unwrap();
        file
    };
    [
        ("ca_file", write("ca", ca.pem())),
        ("cert_file", write("cert", certificate.pem())),
        ("key_file", write("key", key.serialize_pem())),
    ]
    .map(|(name, file)| {
        let setting: &'static str = format!("service.transfers.tls.{code}.{name}").leak();
        (setting, file.display().to_string())
    })
    .to_vec()
}

async fn knows(app: &TestApp, code: &str, url: &str) {
    let admin = app.http(Role::Admin);
    let peer = json!({ "name": code, "url": url });
    admin.put(&format!("/v1/peers/{code}"), peer).await.expect(200);
    let keys = json!({ "key": "pk_theirs", "secret": signing::present(&[9; 32]) });
    admin
        .put(&format!("/v1/peers/{code}/access"), keys)
        .await
        .expect(204);
}

#[tokio::test]
async fn both_sides_prove_who_they_are_or_nothing_is_said() {
    let mut running = JoinSet::new();
    let (theirs, ours, stranger) = (authority(), authority(), authority());
    let folder = std::env::temp_dir().join(format!("peer-tls-{}", uuid::Uuid::now_v7().simple()));
    std::fs::create_dir(&folder).unwrap();
    let (url, heard) = door(&theirs, &ours, &mut running).await;
    let (false_url, false_heard) = door(&stranger, &ours, &mut running).await;
    let settings = [
        files(&folder, "110", &theirs, &ours),
        // Its door has a certificate of an authority that is not the peer's.
        files(&folder, "119", &theirs, &ours),
        // We show a certificate that the door does not believe.
        files(&folder, "120", &theirs, &stranger),
    ]
    .concat();
    let app = harness::start_with(&settings).await;
    // 122 has no certificates here: ours is not shown, and its authority is none of the system's.
    for (code, url) in [("110", &url), ("119", &false_url), ("120", &url), ("122", &url)] {
        knows(&app, code, url).await;
    }
    let mut offered = Vec::new();
    for code in ["110", "119", "120", "122"] {
        let registered = harness::register(&app, harness::complaint()).await;
        let offer =
            json!({ "order_id": registered["orders"][0]["order_id"], "peer": code, "reason": "属对方职责" });
        offered.push(
            app.http(Role::Agent)
                .post("/v1/transfers", offer)
                .await
                .expect(201)
                .body,
        );
    }
    app.settle().await;
    let mut told = Vec::new();
    for transfer in &offered {
        let path = format!("/v1/transfers/{}", transfer["transfer_id"].as_str().unwrap());
        let seen = app.http(Role::Agent).get(&path).await.expect(200).body;
        told.push(seen["receipt_at"].is_string());
    }
    assert_eq!(told, [true, false, false, false]);
    // The daily comparison knocks there, too.
    let heard = heard.lock().unwrap().clone();
    let offers: Vec<&Value> = heard.iter().filter(|said| said["type"] == "offer").collect();
    assert_eq!(offers.len(), 1, "{offers:?}");
    assert_eq!(offers[0]["transfer_id"], offered[0]["transfer_id"]);
    assert!(false_heard.lock().unwrap().is_empty());
    std::fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn a_file_that_is_not_there_is_named() {
    let wrong = [
        ("ca_file", "/nowhere/ca.pem"),
        ("cert_file", "/nowhere/c.pem"),
        ("key_file", "/nowhere/k.pem"),
    ];
    let overrides = wrong.map(|(name, file)| (format!("service.transfers.tls.110.{name}"), file.to_owned()));
    let settings = runtime::settings::load::<intake::app::Intake>(None, &overrides).unwrap();
    let error = intake::clients::peers::Peers::new(&settings.service.transfers).unwrap_err();
    assert_eq!(error.to_string(), "service.transfers.tls.110: /nowhere/ca.pem");
}
