//! What is sealed opens again, and nothing else does.
use super::*;
use secrecy::SecretString;
use std::collections::BTreeMap;

fn key(letter: u8) -> SecretString {
    use base64::Engine;
    base64::engine::general_purpose::STANDARD
        .encode([letter; 32])
        .into()
}

fn keys(versions: &[(&str, u8)]) -> BTreeMap<String, SecretString> {
    versions
        .iter()
        .map(|(version, letter)| ((*version).to_owned(), key(*letter)))
        .collect()
}

fn vault(versions: &[(&str, u8)]) -> Vault {
    Vault::new(&VaultKeys::read(&keys(versions), &key(b'i')).unwrap())
}

fn id(n: u128) -> ComplaintId {
    Uuid::from_u128(n).into()
}

#[test]
fn a_field_opens_in_its_own_place_only() {
    let vault = vault(&[("1", b'a')]);
    let sealed = vault.seal(id(1), Field::Phone, "13812345678");
    assert_eq!(
        vault.open(id(1), Field::Phone, 1, &sealed).unwrap(),
        "13812345678"
    );
    assert_ne!(
        sealed,
        vault.seal(id(1), Field::Phone, "13812345678"),
        "the nonce is random"
    );
    assert_eq!(
        vault.open(id(2), Field::Phone, 1, &sealed),
        Err(OpenError::Altered),
        "another row"
    );
    assert_eq!(
        vault.open(id(1), Field::Name, 1, &sealed),
        Err(OpenError::Altered),
        "another column"
    );
    assert_eq!(
        vault.open(id(1), Field::Phone, 1, &sealed[..11]),
        Err(OpenError::Altered),
        "cut off"
    );
    for position in 0..sealed.len() {
        let mut changed = sealed.clone();
        changed[position] ^= 1;
        assert_eq!(
            vault.open(id(1), Field::Phone, 1, &changed),
            Err(OpenError::Altered),
            "byte {position}"
        );
    }
}

#[test]
fn the_highest_version_seals_and_older_ones_still_open() {
    let old = vault(&[("9", b'a')]);
    let both = vault(&[("9", b'a'), ("10", b'b')]);
    let sealed = old.seal(id(1), Field::Name, "张三");
    assert_eq!((old.key_version(), both.key_version()), (9, 10));
    assert_eq!(both.open(id(1), Field::Name, 9, &sealed).unwrap(), "张三");
    assert_eq!(
        both.open(id(1), Field::Name, 10, &sealed),
        Err(OpenError::Altered),
        "wrong version"
    );
    let newer = both.seal(id(1), Field::Name, "张三");
    assert_eq!(
        old.open(id(1), Field::Name, 10, &newer),
        Err(OpenError::NoKey(10))
    );
}

#[test]
fn the_same_caller_has_the_same_token_under_the_same_key() {
    let (one, rotated) = (vault(&[("1", b'a')]), vault(&[("1", b'a'), ("2", b'b')]));
    let token = one.caller_token("+86 138-1234-5678");
    assert_eq!(token, rotated.caller_token("13812345678"));
    assert_ne!(token, one.caller_token("13812345679"));
    assert_eq!(token.get_version_num(), 8);
    assert_ne!(
        token.as_bytes()[..6],
        one.phone_index("13812345678")[..6],
        "the token does not show the index"
    );
    let other = Vault::new(&VaultKeys::read(&keys(&[("1", b'a')]), &key(b'j')).unwrap());
    assert_ne!(token, other.caller_token("13812345678"));
}

#[test]
fn unusable_keys_are_named() {
    let read = |sealing: &BTreeMap<String, SecretString>, index: SecretString| {
        VaultKeys::read(sealing, &index).unwrap_err().to_string()
    };
    let one = keys(&[("1", b'a')]);
    assert!(read(&BTreeMap::new(), key(b'i')).starts_with("service.vault.keys is not set"));
    assert!(read(&one, String::new().into()).starts_with("service.vault.blind_index_key is not set"));
    assert!(
        read(&one, "short".to_owned().into()).starts_with("service.vault.blind_index_key is not 32 bytes")
    );
    assert!(read(&keys(&[("0", b'a')]), key(b'i')).starts_with("service.vault.keys.0:"));
    assert!(read(&keys(&[("first", b'a')]), key(b'i')).starts_with("service.vault.keys.first:"));
    assert!(
        read(&keys(&[("1", b'a'), ("2", b'a')]), key(b'i')).starts_with("service.vault.keys.2 is the same")
    );
    assert!(read(&one, key(b'a')).starts_with("service.vault.keys.1 is the same"));
    assert_eq!(
        format!("{:?}", VaultKeys::read(&one, &key(b'i')).unwrap()),
        "VaultKeys([1])"
    );
}
