//! Connections of units on the servers: ended when their key is withdrawn. With a user of the system account; without one,
//! a connection ends when its login does.
use async_nats::{Client, ConnectOptions};
use bus::{BusError, NatsConfig};
use secrecy::ExposeSecret as _;

/// The system account, if we have a user of it. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct UnitConnections {
    system: Option<Client>,
}

impl UnitConnections {
    /// Connects as this user; an empty name is none.
    ///
    /// # Errors
    /// When the servers cannot be reached.
    pub async fn connect(
        units: &NatsConfig,
        user: &str,
        password: &secrecy::SecretString,
    ) -> Result<Self, BusError> {
        if user.is_empty() {
            return Ok(Self::default());
        }
        let client = ConnectOptions::new()
            .name(crate::SERVICE)
            .user_and_password(user.to_owned(), password.expose_secret().to_owned())
            .retry_on_initial_connect()
            .connect(units.urls.clone())
            .await
            .map_err(BusError::nats("connect to the system account"))?;
        Ok(Self { system: Some(client) })
    }

    /// Ends connections: (server, connection). One that has ended is no failure.
    pub async fn end(&self, connections: Vec<(String, i64)>) {
        let Some(system) = &self.system else { return };
        for (server, connection) in connections {
            let subject = format!("$SYS.REQ.SERVER.{server}.KICK");
            let body = serde_json::json!({ "cid": connection }).to_string();
            if let Err(error) = system.request(subject, body.into()).await {
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    server,
                    connection,
                    "a connection of a withdrawn key was not ended"
                );
            }
        }
    }
}
