//! The development issuer: one key however many open it, and never for others to reach.
use std::time::Duration;

use web::auth::{Role, Verifier};
use web::dev_issuer::{DevIssuer, assert_loopback};

#[tokio::test]
async fn all_who_open_the_file_at_once_have_the_same_key() {
    let file = std::env::temp_dir()
        .join(format!("issuer-{}", uuid::Uuid::new_v4()))
        .join("key.pem");
    let open = || DevIssuer::open(&file, "http://issuer", "hotline").unwrap();
    let issuers: Vec<DevIssuer> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..8).map(|_| scope.spawn(open)).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert!(issuers.iter().all(|issuer| issuer.jwks() == issuers[0].jwks()));
    let token = issuers[3].mint(Role::UnitOperator, Some("water"), "p-1", Duration::from_secs(60));
    let principal = Verifier::new(&issuers[5].auth_config())
        .unwrap()
        .verify(&token)
        .await
        .unwrap();
    assert_eq!(
        (principal.subject.as_str(), principal.unit.as_deref()),
        ("p-1", Some("water"))
    );
    assert!(principal.has(Role::UnitOperator) && principal.roles.iter().count() == 1);
    assert!(
        !issuers[0].jwks().contains("\"d\""),
        "no private part is published"
    );
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(
            std::fs::metadata(&file).unwrap().permissions().mode() & 0o777,
            0o600
        );
    }
    let folder = file.parent().unwrap();
    assert_eq!(
        std::fs::read_dir(folder).unwrap().count(),
        1,
        "no drafts are left"
    );
    std::fs::remove_dir_all(folder).unwrap();
}

#[test]
fn only_loopback_addresses_pass() {
    for good in [
        "127.0.0.1:80",
        "127.9.9.9:80",
        "[::1]:80",
        "[::ffff:127.0.0.1]:80",
    ] {
        assert!(assert_loopback(good.parse().unwrap()).is_ok(), "{good}");
    }
    for bad in ["0.0.0.0:80", "10.0.0.1:80", "[::]:80", "[::ffff:10.0.0.1]:80"] {
        assert!(assert_loopback(bad.parse().unwrap()).is_err(), "{bad}");
    }
}
