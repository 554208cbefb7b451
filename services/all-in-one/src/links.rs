//! Links to other hotlines that run this platform, on one machine: what the private nats-server needs for the hotlines that
//! intake reaches over NATS. It is what `infra/nats/peers` holds in production.
//!
//! A hotline that is put with `"ways": ["nats"]` is linked at the next start. Its servers connect to ours with a password that is
//! made here; where ours are to connect to its own, its address stands in `links/<code>.url` of the run folder. With
//! certificates in `links/tls` (cert.pem, key.pem, ca.pem) both sides must prove who they are.
use crate::layout::Layout;
use crate::secrets;
use anyhow::Context as _;
use intake::app::Intake;
use intake::domain::peer_account::{self, LinkConfiguration, REMOTE_TLS};
use intake::usecases::keep_peers;
use runtime::Service as _;
use std::fs;
use std::io::ErrorKind;
use std::path::PathBuf;

/// Another hotline.
#[derive(Clone, Debug)]
pub struct Link {
    /// Its code; also its user.
    pub peer: String,
    /// With which its servers come to ours.
    pub password: String,
    /// Where ours connect; `None` = its servers connect to ours.
    pub url: Option<String>,
}

/// With what both sides prove who they are: files in PEM.
#[derive(Clone, Debug)]
pub struct LinkTls {
    /// Our certificate.
    pub cert: PathBuf,
    /// Its key.
    pub key: PathBuf,
    /// Who signs the certificates of the others.
    pub ca: PathBuf,
}

/// All links of a hotline.
#[derive(Clone, Debug, Default)]
pub struct Links {
    /// Code of this hotline.
    pub own: String,
    /// Where other hotlines' servers connect, on this machine only; `None` = nowhere.
    pub port: Option<u16>,
    /// The others.
    pub peers: Vec<Link>,
    /// `None` = neither side proves anything, which is for one machine.
    pub tls: Option<LinkTls>,
}

impl Links {
    /// Those that intake knows, by its database, with what the run folder has for them. None before the first start.
    ///
    /// # Errors
    /// When a secret or a file cannot be read.
    pub async fn of(layout: &Layout, overrides: &[(String, String)], port: u16) -> anyhow::Result<Self> {
        let settings = runtime::settings::load::<Intake>(None, overrides)?;
        let database = settings.db.connect(Intake::NAME).await?;
        // Before the first migration there is no table, and nobody is linked.
        let linked = keep_peers::linked(&database).await.unwrap_or_else(|error| {
            tracing::debug!(
                error = &error as &dyn std::error::Error,
                "no hotline is known yet"
            );
            Vec::new()
        });
        let link = |peer: String| {
            let password = secrets::password(layout, &format!("nats-peer-{peer}"))?;
            let url = read(&layout.join(&format!("links/{peer}.url")))?;
            Ok(Link { peer, password, url })
        };
        let tls = layout.join("links/tls");
        let tls = LinkTls {
            cert: tls.join("cert.pem"),
            key: tls.join("key.pem"),
            ca: tls.join("ca.pem"),
        };
        Ok(Self {
            own: settings.service.transfers.own_code,
            port: Some(port),
            peers: linked.into_iter().map(link).collect::<anyhow::Result<_>>()?,
            tls: tls.cert.is_file().then_some(tls),
        })
    }

    fn pieces(&self) -> LinkConfiguration {
        let codes: Vec<String> = self.peers.iter().map(|link| link.peer.clone()).collect();
        peer_account::configuration(&self.own, &codes)
    }

    /// What stands inside `accounts { … }`.
    #[must_use]
    pub fn accounts(&self, intake_password: &str) -> String {
        let quoted = format!("\"{intake_password}\"");
        self.pieces().accounts.replace("$NATS_INTAKE_PASSWORD", &quoted)
    }

    /// What stands beside it; nothing without a link.
    #[must_use]
    pub fn leafnodes(&self) -> String {
        let Some(port) = self.port.filter(|_| !self.peers.is_empty()) else {
            return String::new();
        };
        let LinkConfiguration {
            mut users,
            mut remotes,
            ..
        } = self.pieces();
        let (here, there) = self.tls.as_ref().map_or_else(Default::default, |tls| {
            let files = format!(
                "cert_file: \"{}\", key_file: \"{}\", ca_file: \"{}\"",
                tls.cert.display(),
                tls.key.display(),
                tls.ca.display()
            );
            (
                format!("  tls {{ {files}, verify: true }}\n"),
                format!(", tls {{ {files} }}"),
            )
        });
        remotes = remotes.replace(REMOTE_TLS, &there);
        for link in &self.peers {
            let variable = peer_account::variable(&link.peer);
            let password = format!("\"{}\"", link.password);
            users = users.replace(&format!("$NATS_PEER_{variable}_PASSWORD"), &password);
            let url = format!("$NATS_PEER_{variable}_URL");
            remotes = match &link.url {
                Some(address) => remotes.replace(&url, &format!("\"{address}\"")),
                None => without(&remotes, &url),
            };
        }
        format!(
            "leafnodes {{\n  listen: \"127.0.0.1:{port}\"\n  no_advertise: true\n{here}  authorization {{\n{users}}}\n{remotes}}}\n"
        )
    }
}

fn without(text: &str, word: &str) -> String {
    let lines = text.lines().filter(|line| !line.contains(word));
    lines.map(|line| format!("{line}\n")).collect()
}

fn read(file: &std::path::Path) -> anyhow::Result<Option<String>> {
    match fs::read_to_string(file) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        text => {
            let text = text.with_context(|| format!("read {}", file.display()))?;
            Ok(Some(text.trim().to_owned()).filter(|url| !url.is_empty()))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_goes_one_way_or_the_other_and_none_needs_no_port() {
        let link = |peer: &str, url: Option<&str>| Link {
            peer: peer.to_owned(),
            password: format!("of-{peer}"),
            url: url.map(str::to_owned),
        };
        let mut links = Links {
            own: "12345".to_owned(),
            port: Some(7_422),
            peers: vec![
                link("12348", None),
                link("110", Some("nats-leaf://12345:x@there:7422")),
            ],
            tls: None,
        };
        let text = links.leafnodes();
        assert!(text.contains("user: \"12348\", password: \"of-12348\""), "{text}");
        assert!(
            text.contains("url: \"nats-leaf://12345:x@there:7422\", account: \"LINK_110\" }"),
            "{text}"
        );
        assert!(!text.contains('$') && !text.contains("tls"), "{text}");
        assert!(
            links
                .accounts("secret")
                .contains("user: intake, password: \"secret\"")
        );
        links.peers.clear();
        assert_eq!(links.leafnodes(), "");
        assert!(links.accounts("secret").contains("PEERS {"));
    }
}
