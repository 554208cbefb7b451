//! A parsed key set. Every key is pinned to the one algorithm its kind allows, so a token cannot
//! choose how it is checked.
use std::collections::HashMap;

use jsonwebtoken::jwk::{AlgorithmParameters, EllipticCurve, Jwk, KeyAlgorithm, PublicKeyUse};
use jsonwebtoken::{Algorithm, DecodingKey};

use super::AuthError;

/// One verification key and the only algorithm it is used with.
#[derive(Clone)]
pub(super) struct Key {
    pub(super) algorithm: Algorithm,
    pub(super) decoding: DecodingKey,
}

/// The usable keys of a set, by key id.
#[derive(Default)]
pub(super) struct Keys {
    by_id: HashMap<String, Key>,
    only: Option<Key>,
}

impl Keys {
    /// Parses a JWK set; keys of kinds we do not accept are skipped.
    pub(super) fn parse(json: &[u8]) -> Result<Self, AuthError> {
        #[derive(serde::Deserialize)]
        struct Set {
            keys: Vec<serde_json::Value>,
        }
        let set: Set = serde_json::from_slice(json)?;
        let mut by_id = HashMap::new();
        let mut usable = Vec::new();
        for jwk in set
            .keys
            .into_iter()
            .filter_map(|key| serde_json::from_value::<Jwk>(key).ok())
        {
            let Some(key) = usable_key(&jwk) else { continue };
            if let Some(id) = jwk.common.key_id {
                by_id.insert(id, key.clone());
            }
            usable.push(key);
        }
        let only = if usable.len() == 1 { usable.pop() } else { None };
        if by_id.is_empty() && only.is_none() {
            return Err(AuthError::NoKeys);
        }
        Ok(Self { by_id, only })
    }

    /// The key a token names; a token without a key id needs a set of one.
    pub(super) fn find(&self, id: Option<&str>) -> Option<&Key> {
        match id {
            Some(id) => self.by_id.get(id),
            None => self.only.as_ref(),
        }
    }
}

fn usable_key(jwk: &Jwk) -> Option<Key> {
    let (algorithm, named) = match &jwk.algorithm {
        AlgorithmParameters::RSA(_) => (Algorithm::RS256, KeyAlgorithm::RS256),
        AlgorithmParameters::EllipticCurve(ec) if ec.curve == EllipticCurve::P256 => {
            (Algorithm::ES256, KeyAlgorithm::ES256)
        }
        AlgorithmParameters::OctetKeyPair(okp) if okp.curve == EllipticCurve::Ed25519 => {
            (Algorithm::EdDSA, KeyAlgorithm::EdDSA)
        }
        _ => return None,
    };
    let for_signing = matches!(jwk.common.public_key_use, None | Some(PublicKeyUse::Signature));
    let as_named = jwk.common.key_algorithm.is_none_or(|alg| alg == named);
    if !for_signing || !as_named {
        return None;
    }
    let decoding = DecodingKey::from_jwk(jwk).ok()?;
    Some(Key { algorithm, decoding })
}

#[cfg(test)]
mod tests {
    use super::*;

    const ED: &str =
        r#"{"kty":"OKP","crv":"Ed25519","kid":"a","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#;

    fn parse(keys: &[&str]) -> Result<Keys, AuthError> {
        Keys::parse(format!(r#"{{"keys":[{}]}}"#, keys.join(",")).as_bytes())
    }

    #[test]
    fn only_public_signing_keys_of_accepted_kinds_count() {
        let secret = r#"{"kty":"oct","k":"c2VjcmV0","kid":"s","alg":"HS256"}"#;
        let enc = ED.replace(r#""kid":"a""#, r#""kid":"e","use":"enc""#);
        let odd = r#"{"kty":"NEW","kid":"n"}"#;
        let keys = parse(&[ED, secret, &enc, odd]).unwrap();
        assert_eq!(keys.find(Some("a")).unwrap().algorithm, Algorithm::EdDSA);
        assert!(keys.find(Some("s")).is_none() && keys.find(Some("e")).is_none());
        assert!(keys.find(None).is_some(), "one usable key needs no id");
        assert!(
            parse(&[ED, &ED.replace(r#""a""#, r#""b""#)])
                .unwrap()
                .find(None)
                .is_none()
        );
        assert!(matches!(parse(&[secret]), Err(AuthError::NoKeys)));
        assert!(matches!(Keys::parse(b"[]"), Err(AuthError::Parse(_))));
    }
}
