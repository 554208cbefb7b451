//! What stands in the configuration of our NATS servers for links to other hotlines: one account per link without JetStream,
//! and exactly what passes between it and the account PEERS.
//!
//! The account is the wall: a peer, whatever it runs behind its link, says there what it likes, and nothing of it reaches us
//! but what is said in its own name to us. It hears nothing but what is for it. It cannot ask for streams or consumers,
//! because there are none where it is. The same text serves both sides, so that neither has to trust the other's servers.
use contracts::peer_links::{self, LinkRights};
use std::fmt::Write as _;

/// How our servers prove who they are to a peer's, and know it.
pub const REMOTE_TLS: &str =
    ", tls { cert_file: $NATS_TLS_CERT, key_file: $NATS_TLS_KEY, ca_file: $NATS_PEERS_CA }";

/// Pieces of a configuration, for the places where `infra/nats/nats.conf` includes them.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LinkConfiguration {
    /// Inside `accounts { … }`: PEERS and the accounts of the links.
    pub accounts: String,
    /// Inside `leafnodes { authorization { … } }`: peers whose servers connect to ours.
    pub users: String,
    /// Inside `leafnodes { … }`: peers to whose servers ours connect.
    pub remotes: String,
}

/// For these peers, in their order.
#[must_use]
pub fn configuration(own: &str, peers: &[String]) -> LinkConfiguration {
    let rights: Vec<LinkRights> = peers.iter().map(|peer| peer_links::rights(own, peer)).collect();
    LinkConfiguration {
        accounts: accounts(&rights),
        users: list("users", peers, |peer| {
            let (variable, account) = (variable(peer), peer_links::account(peer));
            format!(
                "{{ user: \"{peer}\", password: $NATS_PEER_{variable}_PASSWORD, account: \"{account}\" }}"
            )
        }),
        remotes: list("remotes", peers, |peer| {
            let (variable, account) = (variable(peer), peer_links::account(peer));
            format!("{{ url: $NATS_PEER_{variable}_URL, account: \"{account}\"{REMOTE_TLS} }}")
        }),
    }
}

/// The part of a name of an environment variable that stands for a code.
#[must_use]
pub fn variable(peer: &str) -> String {
    peer.replace('-', "_").to_uppercase()
}

fn list(name: &str, peers: &[String], line: impl Fn(&str) -> String) -> String {
    let lines: String = peers.iter().map(|peer| format!("  {}\n", line(peer))).collect();
    format!("{name}: [\n{lines}]\n")
}

fn accounts(links: &[LinkRights]) -> String {
    let mut text = String::from(
        "PEERS {\n  jetstream: enabled\n  users: [ { user: intake, password: $NATS_INTAKE_PASSWORD } ]\n  exports: [\n",
    );
    for LinkRights { account, says, .. } in links {
        let _ = writeln!(text, "    {{ service: \"{says}\", accounts: [\"{account}\"] }}");
    }
    text.push_str("  ]\n  imports: [\n");
    for LinkRights { account, hears, .. } in links {
        let _ = writeln!(
            text,
            "    {{ service: {{ account: \"{account}\", subject: \"{hears}\" }} }}"
        );
    }
    text.push_str("  ]\n}\n");
    for LinkRights { account, says, hears } in links {
        let _ = write!(
            text,
            "\"{account}\" {{\n  exports: [ {{ service: \"{hears}\", accounts: [PEERS] }} ]\n  \
             imports: [ {{ service: {{ account: PEERS, subject: \"{says}\" }} }} ]\n}}\n"
        );
    }
    text
}

#[cfg(test)]
mod tests {
    use super::configuration;

    #[test]
    fn every_link_is_an_account_of_its_own() {
        let made = configuration("12345", &["12348".to_owned(), "a-1".to_owned()]);
        insta::assert_snapshot!(format!("{}\n{}\n{}", made.accounts, made.users, made.remotes));
    }
}
