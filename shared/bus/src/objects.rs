//! Contents too large for a message, each with the number of its version: a JetStream object store. Like everything in
//! NATS it is transport: whoever put a content can put it again, and whoever took one keeps a copy of its own.
use crate::{Bus, BusError};
use async_nats::jetstream::object_store::{Config, InfoErrorKind, ObjectInfo, ObjectMetadata, ObjectStore};
use async_nats::jetstream::stream::StorageType;
use contracts::streams::StoreSpec;
use serde::de::DeserializeOwned;
use std::collections::HashMap;
use std::io;
use tokio::io::AsyncReadExt;

/// Where the version stands in an object's metadata.
const VERSION: &str = "version";

/// One store. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Objects {
    bus: Bus,
    spec: StoreSpec,
}

/// Makes the store when it is not there.
///
/// # Errors
/// [`BusError::Nats`] when the server refuses.
pub async fn provision(bus: &Bus, spec: &StoreSpec) -> Result<(), BusError> {
    if bus.jetstream().get_object_store(&spec.name).await.is_ok() {
        return Ok(());
    }
    let config = Config {
        bucket: spec.name.clone(),
        max_bytes: spec.max_bytes,
        storage: StorageType::File,
        num_replicas: bus.replicas(),
        ..Config::default()
    };
    bus.jetstream()
        .create_object_store(config)
        .await
        .map_err(BusError::nats(format!("create object store {}", spec.name)))?;
    tracing::info!(store = spec.name, "object store created");
    Ok(())
}

impl Objects {
    /// A store that was provisioned.
    #[must_use]
    pub const fn new(bus: Bus, spec: StoreSpec) -> Self {
        Self { bus, spec }
    }

    /// The version that lies there; `None` when there is none.
    ///
    /// # Errors
    /// When the server cannot be reached, or the store was not provisioned.
    pub async fn version(&self, name: &str) -> Result<Option<i64>, BusError> {
        Ok(self
            .info(&self.store().await?, name)
            .await?
            .and_then(|info| version(&info)))
    }

    /// Puts a version in the place of the one before.
    ///
    /// # Errors
    /// As [`Objects::version`].
    pub async fn put(&self, name: &str, version: i64, content: &[u8]) -> Result<(), BusError> {
        let metadata = ObjectMetadata {
            name: name.to_owned(),
            metadata: HashMap::from([(VERSION.to_owned(), version.to_string())]),
            ..ObjectMetadata::default()
        };
        let mut content = content;
        self.store()
            .await?
            .put(metadata, &mut content)
            .await
            .map_err(BusError::nats(format!("put {name}")))?;
        Ok(())
    }

    /// The version that lies there, with its content; the client checks its digest.
    ///
    /// # Errors
    /// As [`Objects::version`]; also when it is larger than the store should hold.
    pub async fn get(&self, name: &str) -> Result<Option<(i64, Vec<u8>)>, BusError> {
        let what = || format!("get {name}");
        let store = self.store().await?;
        let Some(info) = self.info(&store, name).await? else {
            return Ok(None);
        };
        let limit = u64::try_from(self.spec.max_bytes).unwrap_or(u64::MAX);
        if info.size as u64 > limit {
            let error = io::Error::other(format!("{} bytes are more than {limit}", info.size));
            return Err(BusError::nats(what())(error));
        }
        let mut object = store.get(name).await.map_err(BusError::nats(what()))?;
        // It may have been replaced since it was looked at.
        let version = version(&object.info);
        let mut content = Vec::with_capacity(object.info.size);
        object
            .read_to_end(&mut content)
            .await
            .map_err(BusError::nats(what()))?;
        Ok(version.map(|version| (version, content)))
    }

    /// What lies there, when it is newer than the version that is here.
    ///
    /// # Errors
    /// As [`Objects::get`]; also when it is no `T`.
    pub async fn newer<T: DeserializeOwned>(
        &self,
        name: &str,
        here: Option<i64>,
    ) -> Result<Option<T>, BusError> {
        let there = self.version(name).await?;
        if there.is_none() || there <= here {
            return Ok(None);
        }
        let Some((_, content)) = self.get(name).await? else {
            return Ok(None);
        };
        let read = serde_json::from_slice(&content);
        read.map(Some).map_err(BusError::nats(format!("read {name}")))
    }

    async fn store(&self) -> Result<ObjectStore, BusError> {
        let name = &self.spec.name;
        let store = self.bus.jetstream().get_object_store(name).await;
        store.map_err(BusError::nats(format!("object store {name}")))
    }

    async fn info(&self, store: &ObjectStore, name: &str) -> Result<Option<ObjectInfo>, BusError> {
        match store.info(name).await {
            Ok(info) => Ok(Some(info).filter(|info| !info.deleted)),
            Err(error) if error.kind() == InfoErrorKind::NotFound => Ok(None),
            Err(error) => Err(BusError::nats(format!("look at {name}"))(error)),
        }
    }
}

fn version(info: &ObjectInfo) -> Option<i64> {
    info.metadata.get(VERSION)?.parse().ok()
}
