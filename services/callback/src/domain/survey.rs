//! The citizen's link: which message it belongs to and until when, signed. Nothing else is in it.
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use chrono::{DateTime, Utc};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use std::fmt;
use uuid::Uuid;

const ID_BYTES: usize = 16;
const TIME_BYTES: usize = 8;
/// Half of the MAC: 128 bits cannot be tried.
const MAC_BYTES: usize = 16;
const KEY_BYTES_MIN: usize = 32;

/// Signs links and reads them back.
#[derive(Clone)]
pub struct LinkKey(Vec<u8>);

impl fmt::Debug for LinkKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LinkKey(***)")
    }
}

impl LinkKey {
    /// From base64; `None` when it is none or has fewer than 32 bytes.
    #[must_use]
    pub fn read(base64: &str) -> Option<Self> {
        let bytes = STANDARD.decode(base64.trim()).ok()?;
        (bytes.len() >= KEY_BYTES_MIN).then_some(Self(bytes))
    }

    /// The last part of the link.
    #[must_use]
    pub fn token(&self, message_id: Uuid, expires_at: DateTime<Utc>) -> String {
        let mut bytes = message_id.into_bytes().to_vec();
        bytes.extend(expires_at.timestamp().to_be_bytes());
        let mac = self.mac(&bytes);
        bytes.extend(mac);
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// The name of another order on the page of a link: of use with that link alone, and it tells nothing.
    #[must_use]
    pub fn shown(&self, message_id: Uuid, callback_id: Uuid) -> String {
        let bytes = [message_id.into_bytes(), callback_id.into_bytes()].concat();
        URL_SAFE_NO_PAD.encode(self.mac(&bytes))
    }

    /// The message of a token that we made and that has not expired.
    #[must_use]
    pub fn message(&self, token: &str, now: DateTime<Utc>) -> Option<Uuid> {
        let bytes = URL_SAFE_NO_PAD.decode(token).ok()?;
        if bytes.len() != ID_BYTES + TIME_BYTES + MAC_BYTES {
            return None;
        }
        let (signed, mac) = bytes.split_at(ID_BYTES + TIME_BYTES);
        let mut check = self.hmac();
        check.update(signed);
        check.verify_truncated_left(mac).ok()?;
        let (id, until) = signed.split_at(ID_BYTES);
        let until = i64::from_be_bytes(until.try_into().ok()?);
        (now.timestamp() < until).then_some(Uuid::from_slice(id).ok()?)
    }

    fn hmac(&self) -> Hmac<Sha256> {
        Hmac::<Sha256>::new_from_slice(&self.0).expect("HMAC takes keys of any length")
    }

    fn mac(&self, bytes: &[u8]) -> Vec<u8> {
        let mut mac = self.hmac();
        mac.update(bytes);
        mac.finalize().into_bytes()[..MAC_BYTES].to_vec()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeDelta;
    use proptest::prelude::*;

    fn key(byte: u8) -> LinkKey {
        LinkKey::read(&STANDARD.encode([byte; 32])).unwrap()
    }

    fn now() -> DateTime<Utc> {
        "2026-03-02T09:00:00+08:00".parse().unwrap()
    }

    #[test]
    fn a_token_is_read_until_it_expires_and_by_its_key_only() {
        let (id, until) = (Uuid::from_u128(7), now() + TimeDelta::hours(1));
        let token = key(1).token(id, until);
        assert_eq!(key(1).message(&token, now()), Some(id));
        assert_eq!(key(1).message(&token, until - TimeDelta::seconds(1)), Some(id));
        assert_eq!(key(1).message(&token, until), None);
        assert_eq!(key(2).message(&token, now()), None);
        assert!(LinkKey::read("c2hvcnQ=").is_none() && LinkKey::read("*").is_none());
    }

    #[test]
    fn an_order_on_a_page_has_another_name_on_every_page() {
        let (page, other, task) = (Uuid::from_u128(7), Uuid::from_u128(8), Uuid::from_u128(9));
        let name = key(1).shown(page, task);
        assert_eq!(name, key(1).shown(page, task));
        for differs in [
            key(1).shown(other, task),
            key(1).shown(page, other),
            key(2).shown(page, task),
        ] {
            assert_ne!(name, differs);
        }
    }

    proptest! {
        #[test]
        fn a_changed_token_is_none(position in 0..40_usize, change in 1..=255_u8, text in "\\PC{0,70}") {
            let token = key(1).token(Uuid::from_u128(7), now() + TimeDelta::hours(1));
            let mut bytes = URL_SAFE_NO_PAD.decode(token).unwrap();
            bytes[position] ^= change;
            prop_assert_eq!(key(1).message(&URL_SAFE_NO_PAD.encode(bytes), now()), None);
            prop_assert_eq!(key(1).message(&text, now()), None);
        }
    }
}
