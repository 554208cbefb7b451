//! Name resolution for webhooks: the addresses that were checked are the ones connected to, so that a name cannot
//! change its mind in between (DNS rebinding). One forbidden address forbids the name.
use crate::domain::address::{is_private, is_public};
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use std::net::SocketAddr;
use thiserror::Error;

/// A name that leads where no webhook may go.
#[derive(Debug, Error)]
#[error("the address is not public")]
pub struct ForbiddenAddress;

/// The resolver of the webhook client.
#[derive(Clone, Copy, Debug)]
pub struct CheckedDns {
    /// A laptop or a test: anywhere.
    pub anywhere: bool,
    /// For units inside the city's own network.
    pub private: bool,
}

impl Resolve for CheckedDns {
    fn resolve(&self, name: Name) -> Resolving {
        let Self { anywhere, private } = *self;
        Box::pin(async move {
            // The port is put in by the connector.
            let found: Vec<SocketAddr> = tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            let may = |address: &SocketAddr| is_public(address.ip()) || (private && is_private(address.ip()));
            if !anywhere && !found.iter().all(may) {
                return Err(ForbiddenAddress.into());
            }
            let addresses: Addrs = Box::new(found.into_iter());
            Ok(addresses)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_name_of_this_machine_resolves_only_where_that_is_allowed() {
        let resolve = async |anywhere: bool, private: bool| {
            let name: Name = "localhost".parse().unwrap();
            CheckedDns { anywhere, private }
                .resolve(name)
                .await
                .map(Iterator::count)
        };
        assert!(resolve(true, false).await.unwrap() > 0);
        for private in [false, true] {
            assert!(
                resolve(false, private)
                    .await
                    .unwrap_err()
                    .is::<ForbiddenAddress>()
            );
        }
    }
}
