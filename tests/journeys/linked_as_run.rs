//! Two hotlines on the NATS configuration of `make run`, linked by a leaf node: over TLS, where both sides prove who they are
//! by an authority that is made here.
#![expect(clippy::unwrap_used, reason = "what fails here fails the test")]
use all_in_one::links::{Link, LinkTls, Links};
use all_in_one::nats::{PlatformPasswords, callout, configuration};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, ExtendedKeyUsagePurpose, IsCa, KeyPair};
use runtime::embedded::ThrowAway;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use system_tests::hotlines::settle;
use system_tests::linked::{Installation, Size, free_port, joined};
use system_tests::people::{complaint, text};
use system_tests::wait::until;
use testkit::World;
use unit_gateway::domain::nats_login::Issuer;

const PASSWORD: &str = "password-of-12348";

type Authority = CertifiedIssuer<'static, KeyPair>;

fn authority() -> Authority {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
}

/// Files of one side: signed by one authority, believing another.
fn tls(folder: &Path, side: &str, signed_by: &Authority, believes: &Authority) -> LinkTls {
    let mut params = CertificateParams::new(vec!["127.0.0.1".to_owned()]).unwrap();
    params.extended_key_usages = vec![
        ExtendedKeyUsagePurpose::ServerAuth,
        ExtendedKeyUsagePurpose::ClientAuth,
    ];
    let key = KeyPair::generate().unwrap();
    let certificate = params.signed_by(&key, signed_by).unwrap();
    let write = |name: &str, text: String| -> PathBuf {
        let file = folder.join(format!("{side}-{name}.pem"));
        std::fs::write(&file, text).unwrap();
        file
    };
    LinkTls {
        cert: write("cert", certificate.pem()),
        key: write("key", key.serialize_pem()),
        ca: write("ca", believes.pem()),
    }
}

/// A hotline on what `make run` writes, with one link.
async fn runs(world: &World, own: &str, link: Link, tls: Option<LinkTls>) -> Installation {
    let port = free_port();
    let peer = link.peer.clone();
    let links = Links {
        own: own.to_owned(),
        port: Some(port),
        peers: vec![link],
        tls,
    };
    let passwords = PlatformPasswords {
        app: "app".into(),
        gateway: "gateway".into(),
        intake: "intake".into(),
        system: "sys".into(),
    };
    let logins = Issuer::new("AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=").unwrap();
    let config = configuration(&passwords, &[], &links) + &callout(&logins.public_key(), &[]);
    let installation = Installation::start_on(world, Size::Intake, own, (config, port)).await;
    installation.links(&peer, &[]).await;
    installation
}

/// 12345, to whose server that of 12348 connects.
async fn pair(ours: Option<LinkTls>, theirs: Option<LinkTls>) -> (Installation, Installation) {
    let world = World::new();
    let from = Link {
        peer: "12348".to_owned(),
        password: PASSWORD.to_owned(),
        url: None,
    };
    let hub = runs(&world, "12345", from, ours).await;
    let to = Link {
        peer: "12345".to_owned(),
        password: "unused".to_owned(),
        url: Some(format!(
            "nats-leaf://12348:{PASSWORD}@127.0.0.1:{}",
            hub.leaf_port
        )),
    };
    let spoke = runs(&world, "12348", to, theirs).await;
    (hub, spoke)
}

async fn hands_over(hub: &Installation, spoke: &Installation) {
    joined(hub, spoke).await;
    let (city, law) = (&hub.hotline, &spoke.hotline);
    let registered = city.registers(complaint("M020101", "990102002")).await;
    let transfer = city.offers(&registered, "12348", json!({})).await;
    until("the offer over the link", || async {
        settle(&[city, law]).await;
        law.sees(&transfer).await.is_object().then_some(())
    })
    .await;
    law.decides(&transfer, "acceptance", json!({})).await;
    until("the acceptance over the link", || async {
        settle(&[city, law]).await;
        (text(&city.sees(&transfer).await, "state") == "accepted").then_some(())
    })
    .await;
}

#[tokio::test]
async fn two_platforms_of_make_run_are_linked() {
    let (hub, spoke) = pair(None, None).await;
    hands_over(&hub, &spoke).await;
}

#[tokio::test]
async fn over_tls_both_sides_prove_who_they_are() {
    let folder = ThrowAway::new("link-tls").unwrap();
    let (ours, theirs) = (authority(), authority());
    let (hub, spoke) = pair(
        Some(tls(folder.path(), "hub", &ours, &theirs)),
        Some(tls(folder.path(), "spoke", &theirs, &ours)),
    )
    .await;
    hands_over(&hub, &spoke).await;
}

/// Links that stand at a server, by its own account.
async fn links_at(hub: &Installation) -> Value {
    let url = format!("{}/leafz", hub.nats.monitor_url());
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let told = client.get(url).send().await.unwrap().text().await.unwrap();
    serde_json::from_str::<Value>(&told).unwrap()["leafnodes"].clone()
}

#[tokio::test]
async fn a_server_with_a_strangers_certificate_is_not_let_in() {
    let folder = ThrowAway::new("link-tls").unwrap();
    let (ours, theirs, stranger) = (authority(), authority(), authority());
    let (hub, spoke) = pair(
        Some(tls(folder.path(), "hub", &ours, &theirs)),
        // The password is right, and it believes our server.
        Some(tls(folder.path(), "spoke", &stranger, &ours)),
    )
    .await;
    until("a handshake that failed", || async {
        let log = std::fs::read_to_string(hub.nats.log()).unwrap_or_default();
        log.contains("handshake error").then_some(())
    })
    .await;
    assert_eq!(links_at(&hub).await, 0);
    assert!(hub.compares("12348").await.is_null() && spoke.compares("12345").await.is_null());
}
