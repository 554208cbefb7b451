//! Where the key set comes from, and the cache in front of it.
//!
//! Keys rotate, providers fail: an unknown key id causes one new read, at most every 30 seconds
//! for the whole process; a set older than ten minutes is read again by one caller while the
//! others go on; a failed read keeps the last good set.
use std::path::PathBuf;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use tokio::time::Instant;

use super::jwks::{Key, Keys};
use super::{AuthConfig, AuthError};

/// At most one read in this time, however many unknown key ids arrive.
const READ_INTERVAL: Duration = Duration::from_secs(30);
/// A set is not used for longer without asking again.
const FRESH_FOR: Duration = Duration::from_secs(600);
/// The whole fetch.
const FETCH_TIMEOUT: Duration = Duration::from_secs(5);
/// A key set is a few kilobytes.
const SET_MAX_BYTES: usize = 1 << 20;

enum Origin {
    Fixed,
    File(PathBuf),
    Url { url: String, client: reqwest::Client },
}

pub(super) struct KeySource {
    origin: Origin,
    keys: RwLock<Arc<Keys>>,
    read_at: tokio::sync::Mutex<Option<Instant>>,
    good_at: RwLock<Option<Instant>>,
}

impl KeySource {
    /// Inline keys are parsed now; files and URLs are first read when the first token comes, so
    /// that a service starts without its identity provider.
    pub(super) fn new(config: &AuthConfig) -> Result<Self, AuthError> {
        let mut keys = Keys::default();
        let origin = match (&config.jwks_url, &config.jwks_file, &config.jwks_json) {
            (None, None, Some(json)) => {
                keys = Keys::parse(json.as_bytes())?;
                Origin::Fixed
            }
            (None, Some(file), None) => Origin::File(file.clone()),
            (Some(url), None, None) => Origin::Url {
                url: url.clone(),
                client: client()?,
            },
            _ => return Err(AuthError::KeySource),
        };
        Ok(Self {
            origin,
            keys: RwLock::new(Arc::new(keys)),
            read_at: tokio::sync::Mutex::new(None),
            good_at: RwLock::new(None),
        })
    }

    /// The key with this id, after a new read if that may help. `Err` when there has never been
    /// a good set.
    pub(super) async fn find(&self, id: Option<&str>) -> Result<Option<Key>, ()> {
        let known = self.current().find(id).cloned();
        if matches!(self.origin, Origin::Fixed) {
            return Ok(known);
        }
        if known.is_none() {
            let mut read_at = self.read_at.lock().await;
            self.read_again(&mut read_at).await;
        } else if self.is_stale()
            && let Ok(mut read_at) = self.read_at.try_lock()
        {
            self.read_again(&mut read_at).await;
        }
        if self
            .good_at
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .is_none()
        {
            return Err(());
        }
        Ok(self.current().find(id).cloned())
    }

    fn current(&self) -> Arc<Keys> {
        Arc::clone(&self.keys.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn is_stale(&self) -> bool {
        let good_at = *self.good_at.read().unwrap_or_else(PoisonError::into_inner);
        good_at.is_none_or(|at| at.elapsed() > FRESH_FOR)
    }

    async fn read_again(&self, read_at: &mut Option<Instant>) {
        if read_at.is_some_and(|at| at.elapsed() < READ_INTERVAL) {
            return;
        }
        *read_at = Some(Instant::now());
        match self.read().await {
            Ok(keys) => {
                *self.keys.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(keys);
                *self.good_at.write().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
            }
            Err(error) => {
                let error: &(dyn std::error::Error + 'static) = &error;
                tracing::warn!(
                    error,
                    "the key set could not be read, going on with the last good one"
                );
            }
        }
    }

    async fn read(&self) -> Result<Keys, AuthError> {
        match &self.origin {
            Origin::Fixed => Err(AuthError::KeySource),
            Origin::File(path) => Keys::parse(&tokio::fs::read(path).await?),
            Origin::Url { url, client } => {
                let mut response = client.get(url).send().await?.error_for_status()?;
                let mut body = Vec::new();
                while let Some(chunk) = response.chunk().await? {
                    body.extend_from_slice(&chunk);
                    if body.len() > SET_MAX_BYTES {
                        return Err(AuthError::TooLarge(SET_MAX_BYTES));
                    }
                }
                Keys::parse(&body)
            }
        }
    }
}

fn client() -> Result<reqwest::Client, AuthError> {
    // The client refuses to be built without a provider; a second installation is harmless.
    rustls::crypto::ring::default_provider().install_default().ok();
    let client = reqwest::Client::builder()
        .timeout(FETCH_TIMEOUT)
        .connect_timeout(Duration::from_secs(2))
        .redirect(reqwest::redirect::Policy::limited(2))
        .build()?;
    Ok(client)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(file: &std::path::Path) -> AuthConfig {
        AuthConfig {
            issuer: "i".into(),
            audience: "a".into(),
            jwks_url: None,
            jwks_file: Some(file.to_owned()),
            jwks_json: None,
        }
    }

    fn set(id: &str) -> String {
        let x = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";
        format!(r#"{{"keys":[{{"kty":"OKP","crv":"Ed25519","kid":"{id}","x":"{x}"}}]}}"#)
    }

    #[tokio::test(start_paused = true)]
    async fn unknown_keys_are_looked_for_but_not_too_often_and_the_last_good_set_stays() {
        let file = std::env::temp_dir().join(format!("jwks-{}", uuid::Uuid::new_v4()));
        let source = KeySource::new(&config(&file)).unwrap();
        assert!(source.find(Some("a")).await.is_err(), "never read");
        std::fs::write(&file, set("a")).unwrap();
        assert!(
            source.find(Some("a")).await.is_err(),
            "read too recently to try again"
        );
        tokio::time::advance(READ_INTERVAL).await;
        assert!(source.find(Some("a")).await.unwrap().is_some());
        std::fs::write(&file, set("b")).unwrap();
        assert!(source.find(Some("b")).await.unwrap().is_none());
        tokio::time::advance(READ_INTERVAL).await;
        assert!(source.find(Some("b")).await.unwrap().is_some(), "rotated");
        std::fs::write(&file, "broken").unwrap();
        tokio::time::advance(FRESH_FOR + READ_INTERVAL).await;
        assert!(source.find(Some("b")).await.unwrap().is_some(), "last good");
        std::fs::remove_file(&file).unwrap();
    }

    #[test]
    fn exactly_one_source_must_be_named() {
        let mut config = config(std::path::Path::new("/nowhere"));
        config.jwks_json = Some(set("a"));
        assert!(matches!(KeySource::new(&config), Err(AuthError::KeySource)));
        config.jwks_file = None;
        assert!(KeySource::new(&config).is_ok());
        config.jwks_json = None;
        assert!(matches!(KeySource::new(&config), Err(AuthError::KeySource)));
    }
}
