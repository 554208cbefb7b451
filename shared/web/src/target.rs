//! Addresses of systems that somebody else names and we call: units' webhooks, desks that want results.
//!
//! Whoever may name an address could otherwise let the platform call its own database, its cloud's metadata service or a
//! neighbour (server-side request forgery). So only https to what the public internet routes is called, and a private network of
//! the city where an administrator says so. Names are resolved by [`Targets`] itself: the addresses that were checked are the ones
//! connected to, so that a name cannot change its mind in between (DNS rebinding). One forbidden address forbids the name.
mod address;

use address::{is_private, is_public};
use reqwest::Url;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use std::error::Error;
use std::net::{IpAddr, SocketAddr};
use thiserror::Error;

/// Where calls may go; the resolver of their client.
#[derive(Clone, Copy, Debug)]
pub struct Targets {
    /// A laptop or a test: anywhere, and plain http.
    pub anywhere: bool,
    /// Also inside the city's own network; never this machine or its link.
    pub private: bool,
}

/// Why an address is not called.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum TargetError {
    /// No absolute address with a host.
    #[error("must be an absolute https address")]
    Malformed,
    /// Readable on the way.
    #[error("must be https")]
    NotHttps,
    /// Secrets do not belong into addresses.
    #[error("must not contain a user or password")]
    Credentials,
    /// Loopback, private, link-local and the like.
    #[error("must be a public address")]
    NotPublic,
}

/// A name that leads where no call may go.
#[derive(Debug, Error)]
#[error("the address is not public")]
struct Forbidden;

impl Targets {
    /// Checks what can be known of an address without calling it. A host that is an address is not resolved later, so it is
    /// to be checked at every call too.
    ///
    /// # Errors
    /// Says what is wrong with it.
    pub fn check(self, address: &str) -> Result<Url, TargetError> {
        let url = Url::parse(address).map_err(|_| TargetError::Malformed)?;
        match url.scheme() {
            "https" => {}
            "http" if self.anywhere => {}
            "http" => return Err(TargetError::NotHttps),
            _ => return Err(TargetError::Malformed),
        }
        let host = url
            .host_str()
            .filter(|host| !host.is_empty())
            .ok_or(TargetError::Malformed)?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err(TargetError::Credentials);
        }
        let address: Option<IpAddr> = host.trim_start_matches('[').trim_end_matches(']').parse().ok();
        if address.is_some_and(|address| !self.may(address)) {
            return Err(TargetError::NotPublic);
        }
        Ok(url)
    }

    /// True when a call came to nothing because the name leads where no call may go.
    #[must_use]
    pub fn forbade(error: &reqwest::Error) -> bool {
        let mut causes = std::iter::successors(error.source(), |cause| (**cause).source());
        causes.any(<dyn Error + 'static>::is::<Forbidden>)
    }

    fn may(self, address: IpAddr) -> bool {
        self.anywhere || is_public(address) || (self.private && is_private(address))
    }
}

impl Resolve for Targets {
    fn resolve(&self, name: Name) -> Resolving {
        let targets = *self;
        Box::pin(async move {
            // The port is put in by the connector.
            let found: Vec<SocketAddr> = tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            if !found.iter().all(|found| targets.may(found.ip())) {
                return Err(Forbidden.into());
            }
            let addresses: Addrs = Box::new(found.into_iter());
            Ok(addresses)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PUBLIC: Targets = Targets {
        anywhere: false,
        private: false,
    };
    const PRIVATE: Targets = Targets {
        anywhere: false,
        private: true,
    };
    const ANYWHERE: Targets = Targets {
        anywhere: true,
        private: false,
    };

    #[test]
    fn targets_are_https_on_the_public_internet() {
        for (address, problem) in [
            ("orders", TargetError::Malformed),
            ("ftp://unit.example/orders", TargetError::Malformed),
            ("http://unit.example/orders", TargetError::NotHttps),
            ("https://user@unit.example/", TargetError::Credentials),
            ("https://user:secret@unit.example/", TargetError::Credentials),
            ("https://127.0.0.1/orders", TargetError::NotPublic),
            ("https://0x7f000001/orders", TargetError::NotPublic),
            ("https://2130706433/orders", TargetError::NotPublic),
            ("https://169.254.169.254/latest", TargetError::NotPublic),
            ("https://[::1]:8443/", TargetError::NotPublic),
            ("https://[::ffff:10.0.0.1]/", TargetError::NotPublic),
        ] {
            assert_eq!(PUBLIC.check(address), Err(problem), "{address}");
        }
        assert!(PUBLIC.check("https://unit.example/orders").is_ok());
        // Inside the city's network, when the administrator says so; never this machine.
        assert!(PRIVATE.check("https://10.20.1.9/orders").is_ok());
        assert_eq!(PRIVATE.check("https://127.0.0.1/"), Err(TargetError::NotPublic));
        assert!(ANYWHERE.check("http://127.0.0.1:9300/orders").is_ok());
    }

    #[tokio::test]
    async fn a_name_of_this_machine_resolves_only_where_that_is_allowed() {
        let resolve = async |targets: Targets| {
            let name: Name = "localhost".parse().unwrap();
            targets.resolve(name).await.map(Iterator::count)
        };
        assert!(resolve(ANYWHERE).await.unwrap() > 0);
        for targets in [PUBLIC, PRIVATE] {
            assert!(resolve(targets).await.unwrap_err().is::<Forbidden>());
        }
    }
}
