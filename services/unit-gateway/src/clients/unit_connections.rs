//! Connections of units on the servers: ended when their key is withdrawn. With a user of the system account; without one,
//! a connection ends when its login does.
use async_nats::Request;
use bus::{Bus, BusError, NatsConfig};
use futures::future::join_all;
use std::time::Duration;

/// How long a server may take to end a connection: a person waits for it.
const KICK_TIMEOUT: Duration = Duration::from_secs(3);

/// The system account, if we have a user of it. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct UnitConnections {
    system: Option<Bus>,
}

impl UnitConnections {
    /// Connects as this user, in the same way as to the account of the units; an empty name is none. Servers that cannot be
    /// reached, or refuse us, are in the log, and are tried again.
    ///
    /// # Errors
    /// When the settings cannot be used.
    pub async fn connect(
        units: &NatsConfig,
        user: &str,
        password: &secrecy::SecretString,
    ) -> Result<Self, BusError> {
        if user.is_empty() {
            return Ok(Self::default());
        }
        let system = NatsConfig {
            user: user.to_owned(),
            password: password.clone(),
            ..units.clone()
        };
        let system = Bus::connect(&system, crate::SERVICE).await?;
        Ok(Self { system: Some(system) })
    }

    /// Ends connections (server, connection); answers those that have ended, now or before.
    pub async fn end(&self, connections: Vec<(String, i64)>) -> Vec<(String, i64)> {
        let Some(system) = &self.system else {
            return Vec::new();
        };
        if !system.is_connected() {
            tracing::error!(
                connections = connections.len(),
                "connections of a withdrawn key are not ended: the system account of NATS is not reached"
            );
            return Vec::new();
        }
        let kicks = connections.into_iter().map(async |(server, connection)| {
            let subject = format!("$SYS.REQ.SERVER.{server}.KICK");
            let body = serde_json::json!({ "cid": connection }).to_string();
            let request = Request::new().payload(body.into()).timeout(Some(KICK_TIMEOUT));
            // Any answer will do: a connection that the server does not know has ended.
            match system.client().send_request(subject, request).await {
                Ok(_) => Some((server, connection)),
                Err(error) => {
                    let error = &error as &dyn std::error::Error;
                    tracing::warn!(
                        error,
                        server,
                        connection,
                        "a connection of a withdrawn key was not ended"
                    );
                    None
                }
            }
        });
        join_all(kicks).await.into_iter().flatten().collect()
    }
}
