//! Subjects of links between hotlines that both run this platform, and what a peer may do on our server.
//!
//! `peer.<from>.<to>.doc.<kind>` goes into the receiver's stream `PEERS`; `peer.<from>.<to>.ask.<what>` is request/reply. The
//! namespace is ours alone, so it is no part of them: both sides must call them the same.

/// A document that says something of a transfer.
pub const MESSAGE: &str = "message";
/// A document that says what came of one.
pub const REPLY: &str = "reply";
/// Asks how the transfers with the asker stand.
pub const STANDINGS: &str = "standings";
/// Asks for one field of a caller's identity.
pub const IDENTITY: &str = "identity-reveals";

/// `peer.<from>.<to>.doc.<kind>`.
#[must_use]
pub fn document(from: &str, to: &str, kind: &str) -> String {
    format!("peer.{from}.{to}.doc.{kind}")
}

/// Every document from one to the other.
#[must_use]
pub fn documents(from: &str, to: &str) -> String {
    format!("peer.{from}.{to}.doc.*")
}

/// Every document for a hotline: what its stream `PEERS` holds.
#[must_use]
pub fn documents_for(own: &str) -> String {
    format!("peer.*.{own}.doc.*")
}

/// `peer.<from>.<to>.ask.<what>`.
#[must_use]
pub fn ask(from: &str, to: &str, what: &str) -> String {
    format!("peer.{from}.{to}.ask.{what}")
}

/// Every question to a hotline.
#[must_use]
pub fn asks_for(own: &str) -> String {
    format!("peer.*.{own}.ask.*")
}

/// Everything that one may say to the other.
#[must_use]
pub fn everything(from: &str, to: &str) -> String {
    format!("peer.{from}.{to}.>")
}

/// Who says it and what, of a subject that is for `own`: (from, `doc` or `ask`, word). `None` when it is none of these.
#[must_use]
pub fn parse<'a>(own: &str, subject: &'a str) -> Option<(&'a str, &'a str, &'a str)> {
    match subject.split('.').collect::<Vec<_>>().as_slice() {
        ["peer", from, to, sort @ ("doc" | "ask"), word] if *to == own => Some((from, sort, word)),
        _ => None,
    }
}

/// Durable name of the consumer of what one peer sends: `peer--<code>`.
#[must_use]
pub fn durable(peer: &str) -> String {
    format!("peer--{peer}")
}

/// Account of one link on our server: no JetStream in it, and nothing that is not said between the two.
#[must_use]
pub fn account(peer: &str) -> String {
    format!("LINK_{peer}")
}

/// What passes between one peer's account and ours, and nothing else does.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LinkRights {
    /// The peer's account on our server.
    pub account: String,
    /// What the peer may say to us: it writes as itself and to us only.
    pub says: String,
    /// What the peer hears from us: what is for it.
    pub hears: String,
}

/// What a link carries on the server of the hotline `own`.
#[must_use]
pub fn rights(own: &str, peer: &str) -> LinkRights {
    LinkRights {
        account: account(peer),
        says: everything(peer, own),
        hears: everything(own, peer),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_for_us_is_read() {
        let subject = document("12348", "12345", MESSAGE);
        assert_eq!(parse("12345", &subject), Some(("12348", "doc", "message")));
        assert_eq!(
            parse("12345", &ask("12348", "12345", STANDINGS)),
            Some(("12348", "ask", "standings"))
        );
        for wrong in [
            document("12345", "12348", MESSAGE).as_str(),
            "peer.12348.12345.doc",
            "peer.12348.12345.cmd.x",
            "unit.12348.12345.doc.message",
            "peer.12348.12345.doc.message.more",
        ] {
            assert_eq!(parse("12345", wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_peer_says_what_is_its_own_and_hears_what_is_for_it() {
        let rights = rights("12345", "12348");
        assert_eq!(
            (rights.says.as_str(), rights.hears.as_str()),
            ("peer.12348.12345.>", "peer.12345.12348.>")
        );
    }
}
