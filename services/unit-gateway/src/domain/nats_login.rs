//! Logins of units on NATS. The server asks us (auth callout): who is this, and what may it do? The answer is a token for
//! one connection, signed with the key whose public half is in the server's configuration.
//!
//! Source: NATS ADR-26. A token is a JWT whose algorithm is `ed25519-nkey`.
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use chrono::{DateTime, TimeDelta, Utc};
use contracts::ids::UnitCode;
use contracts::subjects::UnitRights;
use nkeys::{KeyPair, KeyPairType};
use serde::Deserialize;
use serde_json::{Value, json};
use thiserror::Error;
use uuid::Uuid;

/// The account that units are put into.
const ACCOUNT: &str = "UNITS";

/// What the server asks.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LoginRequest {
    /// The server.
    pub server_id: String,
    /// The connection on it.
    pub client_id: i64,
    /// The key that the server made for the connection.
    pub user_nkey: String,
    /// User name: the unit's code.
    pub user: String,
    /// Password: the unit's key.
    pub password: String,
}

#[derive(Deserialize)]
struct Claims {
    nats: Asked,
}

#[derive(Deserialize)]
struct Asked {
    server_id: ServerId,
    user_nkey: String,
    client_info: ClientInfo,
    connect_opts: ConnectOptions,
}

#[derive(Deserialize)]
struct ServerId {
    id: String,
}

#[derive(Deserialize)]
struct ClientInfo {
    #[serde(default)]
    id: i64,
}

#[derive(Deserialize)]
struct ConnectOptions {
    #[serde(default)]
    user: String,
    #[serde(default)]
    pass: String,
}

/// Reads what the server asks; `None` when it is nothing of the kind.
#[must_use]
pub fn read(token: &[u8]) -> Option<LoginRequest> {
    let payload = std::str::from_utf8(token).ok()?.split('.').nth(1)?;
    let claims: Claims = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).ok()?).ok()?;
    let Asked {
        server_id,
        user_nkey,
        client_info,
        connect_opts,
    } = claims.nats;
    Some(LoginRequest {
        server_id: server_id.id,
        client_id: client_info.id,
        user_nkey,
        user: connect_opts.user,
        password: connect_opts.pass,
    })
}

/// The configured key is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("must be base64 of 32 random bytes")]
pub struct IssuerKeyError;

/// Signs tokens.
pub struct Issuer {
    pair: KeyPair,
}

impl Issuer {
    /// With the key of the configuration.
    ///
    /// # Errors
    /// When it is no base64 of 32 bytes.
    pub fn new(key_base64: &str) -> Result<Self, IssuerKeyError> {
        let key = STANDARD.decode(key_base64.trim()).map_err(|_| IssuerKeyError)?;
        let key: [u8; 32] = key.try_into().map_err(|_| IssuerKeyError)?;
        let pair = KeyPair::new_from_raw(KeyPairType::Account, key).map_err(|_| IssuerKeyError)?;
        Ok(Self { pair })
    }

    /// What stands as `issuer` in the configuration of the servers.
    #[must_use]
    pub fn public_key(&self) -> String {
        self.pair.public_key()
    }

    /// The answer that lets a unit in, with its rights, until the token ends.
    ///
    /// # Panics
    /// Never: the key can sign.
    #[must_use]
    pub fn admit(
        &self,
        asked: &LoginRequest,
        unit: &UnitCode,
        rights: &UnitRights,
        (now, lifetime): (DateTime<Utc>, TimeDelta),
    ) -> String {
        let user = self.token(json!({
            "jti": Uuid::now_v7().simple().to_string(), "iat": now.timestamp(), "exp": (now + lifetime).timestamp(),
            "sub": asked.user_nkey, "name": unit, "aud": ACCOUNT,
            "nats": {
                "type": "user", "version": 2, "subs": -1, "data": -1, "payload": -1,
                "pub": { "allow": rights.publish }, "sub": { "allow": rights.subscribe },
            },
        }));
        self.answer(asked, now, json!({ "jwt": user }))
    }

    /// The answer that keeps a caller out. The server tells it nothing but that.
    #[must_use]
    pub fn refuse(&self, asked: &LoginRequest, now: DateTime<Utc>, why: &str) -> String {
        self.answer(asked, now, json!({ "error": why }))
    }

    fn answer(&self, asked: &LoginRequest, now: DateTime<Utc>, mut nats: Value) -> String {
        nats["type"] = json!("authorization_response");
        nats["version"] = json!(2);
        self.token(json!({
            "jti": Uuid::now_v7().simple().to_string(), "iat": now.timestamp(),
            "sub": asked.user_nkey, "aud": asked.server_id, "nats": nats,
        }))
    }

    fn token(&self, mut claims: Value) -> String {
        claims["iss"] = json!(self.pair.public_key());
        let header = json!({ "typ": "JWT", "alg": "ed25519-nkey" });
        let encoded = |part: &Value| URL_SAFE_NO_PAD.encode(part.to_string());
        let signed = format!("{}.{}", encoded(&header), encoded(&claims));
        let signature = self.pair.sign(signed.as_bytes()).expect("an account's key signs");
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))
    }
}

impl std::fmt::Debug for Issuer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Issuer")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use contracts::subjects::Namespace;

    const KEY: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

    fn asked() -> LoginRequest {
        let claims = json!({ "nats": {
            "server_id": { "name": "n", "id": "NSERVER" }, "user_nkey": "UUSER",
            "client_info": { "id": 7, "user": "U-1" }, "connect_opts": { "user": "U-1", "pass": "uk_x" },
        }});
        let token = format!("e30.{}.sig", URL_SAFE_NO_PAD.encode(claims.to_string()));
        read(token.as_bytes()).unwrap()
    }

    fn claims(token: &str) -> Value {
        let payload = token.split('.').nth(1).unwrap();
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).unwrap()).unwrap()
    }

    #[test]
    fn a_unit_gets_its_rights_for_a_while_and_nothing_else() {
        let issuer = Issuer::new(KEY).unwrap();
        let (unit, now) = (UnitCode::from("U-1"), DateTime::UNIX_EPOCH);
        let rights = Namespace::default().unit_rights(&unit);
        let answer = issuer.admit(&asked(), &unit, &rights, (now, TimeDelta::minutes(5)));
        let answer = claims(&answer);
        assert_eq!(
            (&answer["sub"], &answer["aud"]),
            (&json!("UUSER"), &json!("NSERVER"))
        );
        let user = claims(answer["nats"]["jwt"].as_str().unwrap());
        assert_eq!(
            (&user["sub"], &user["aud"], &user["exp"]),
            (&json!("UUSER"), &json!("UNITS"), &json!(300))
        );
        insta::assert_snapshot!(
            serde_json::to_string_pretty(&json!([user["nats"]["pub"], user["nats"]["sub"]])).unwrap()
        );
    }

    #[test]
    fn what_is_no_question_is_not_read_and_what_is_no_key_is_refused() {
        for token in [&b""[..], b"a.b.c", b"\xff.\xff", b"e30.e30.e30"] {
            assert_eq!(read(token), None);
        }
        assert!(Issuer::new("short").is_err());
        let refused = Issuer::new(KEY)
            .unwrap()
            .refuse(&asked(), DateTime::UNIX_EPOCH, "no");
        assert_eq!(claims(&refused)["nats"]["error"], "no");
        assert!(claims(&refused)["nats"].get("jwt").is_none());
    }
}
