//! Contents too large for a message, each with the number of its version: a JetStream object store. Like everything in
//! NATS it is transport: whoever put a content can put it again, and whoever took one keeps a copy of its own.
//!
//! Of several writers the one with the newest version wins, whoever is the last: a writer looks first
//! ([`Objects::look`]) and replaces only what it saw ([`Objects::replace`]). The client's own `put` cannot do that, so
//! the two messages of an object are written here, in the form that every client reads.
use crate::{Bus, BusError};
use async_nats::header::NATS_ROLLUP;
use async_nats::jetstream::context::{PublishError, PublishErrorKind};
use async_nats::jetstream::message::PublishMessage;
use async_nats::jetstream::object_store::{Config, InfoErrorKind, ObjectInfo, ObjectOptions, ObjectStore};
use async_nats::jetstream::stream::{LastRawMessageErrorKind, StorageType, Stream};
use async_nats::jetstream::{self, ErrorCode};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE;
use bytes::Bytes;
use contracts::streams::StoreSpec;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::error::Error as _;
use std::io;
use std::time::Duration;
use tokio::io::AsyncReadExt;
use uuid::Uuid;

/// Where the version stands in an object's metadata.
const VERSION: &str = "version";
/// Size of the pieces, as clients make them.
const CHUNK_BYTES: usize = 128 * 1024;
/// A content that is replaced while it is read ends nowhere: the reader gives up and looks again.
const READ_MAX: Duration = Duration::from_secs(60);

/// What a writer saw in the place of an object: what it may replace.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Seen {
    name: String,
    version: Option<i64>,
    /// Of the message that describes the object; 0 = there is none.
    sequence: u64,
}

impl Seen {
    /// The version that lay there; `None` when there was none.
    #[must_use]
    pub const fn version(&self) -> Option<i64> {
        self.version
    }
}

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

    /// What lies there now, for [`Objects::replace`].
    ///
    /// # Errors
    /// As [`Objects::version`].
    pub async fn look(&self, name: &str) -> Result<Seen, BusError> {
        let what = || format!("look at {name}");
        let stream = self.stream().await?;
        let subject = self.subject_of(name);
        let (version, sequence) = match stream.get_last_raw_message_by_subject(&subject).await {
            Ok(message) => {
                let info: ObjectInfo =
                    serde_json::from_slice(&message.payload).map_err(BusError::nats(what()))?;
                let version = if info.deleted { None } else { version(&info) };
                (version, message.sequence)
            }
            Err(error) if error.kind() == LastRawMessageErrorKind::NoMessageFound => (None, 0),
            Err(error) => return Err(BusError::nats(what())(error)),
        };
        Ok(Seen {
            name: name.to_owned(),
            version,
            sequence,
        })
    }

    /// Puts a version in the place of the one that was seen there. `false`, and nothing changes, when what was seen is as
    /// new, or has been replaced meanwhile: then look again.
    ///
    /// # Errors
    /// As [`Objects::version`]; also when the store is full.
    pub async fn replace(&self, seen: &Seen, version: i64, content: &[u8]) -> Result<bool, BusError> {
        if seen.version >= Some(version) {
            return Ok(false);
        }
        let stream = self.stream().await?;
        let nuid = Uuid::new_v4().simple().to_string();
        for chunk in content.chunks(CHUNK_BYTES) {
            let message = PublishMessage::build().payload(Bytes::copy_from_slice(chunk));
            self.publish(self.chunks_of(&nuid), message, &seen.name).await?;
        }
        let info = self.describe(seen, version, content, &nuid);
        let info = serde_json::to_vec(&info).map_err(BusError::nats(format!("describe {}", seen.name)))?;
        let message = PublishMessage::build()
            .payload(info.into())
            .header(NATS_ROLLUP, "sub")
            .expected_last_subject_sequence(seen.sequence);
        let is_ours = self
            .publish(self.subject_of(&seen.name), message, &seen.name)
            .await?;
        // Every piece below the sequence that was seen is of that object or of a writer that gave up: whoever still
        // writes for a place it saw before that will be refused. A refused writer takes its own pieces along.
        let purged = match (is_ours, seen.sequence) {
            // To the server 0 is no bound.
            (true, 0) => return Ok(true),
            (true, bound) => stream.purge().filter(self.chunks_of("*")).sequence(bound).await,
            (false, _) => stream.purge().filter(self.chunks_of(&nuid)).await,
        };
        purged.map_err(BusError::nats(format!("purge what was before {}", seen.name)))?;
        Ok(is_ours)
    }

    /// `false` when the message expected another one to be the last of its subject.
    #[expect(
        clippy::disallowed_methods,
        reason = "no fact: whoever put a content can put it again, and the acknowledgement is awaited"
    )]
    async fn publish(&self, subject: String, message: PublishMessage, name: &str) -> Result<bool, BusError> {
        let what = || format!("put {name}");
        let sent = self.bus.jetstream().send_publish(subject, message).await;
        match sent.map_err(BusError::nats(what()))?.await {
            Ok(_) => Ok(true),
            Err(error) if was_overtaken(&error) => Ok(false),
            Err(error) => Err(BusError::nats(what())(error)),
        }
    }

    fn describe(&self, seen: &Seen, version: i64, content: &[u8], nuid: &str) -> ObjectInfo {
        ObjectInfo {
            name: seen.name.clone(),
            description: None,
            metadata: HashMap::from([(VERSION.to_owned(), version.to_string())]),
            headers: None,
            options: Some(ObjectOptions {
                link: None,
                max_chunk_size: Some(CHUNK_BYTES),
            }),
            bucket: self.spec.name.clone(),
            nuid: nuid.to_owned(),
            size: content.len(),
            chunks: content.len().div_ceil(CHUNK_BYTES),
            modified: None,
            digest: Some(format!("SHA-256={}", URL_SAFE.encode(Sha256::digest(content)))),
            deleted: false,
        }
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
        tokio::time::timeout(READ_MAX, object.read_to_end(&mut content))
            .await
            .map_err(BusError::nats(what()))?
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

    async fn stream(&self) -> Result<Stream, BusError> {
        let name = format!("OBJ_{}", self.spec.name);
        let stream = self.bus.jetstream().get_stream(&name).await;
        stream.map_err(BusError::nats(format!("object store {}", self.spec.name)))
    }

    /// Where the description of an object lies.
    fn subject_of(&self, name: &str) -> String {
        format!("$O.{}.M.{}", self.spec.name, URL_SAFE.encode(name))
    }

    /// Where the pieces of one writing of an object lie.
    fn chunks_of(&self, nuid: &str) -> String {
        format!("$O.{}.C.{nuid}", self.spec.name)
    }

    async fn info(&self, store: &ObjectStore, name: &str) -> Result<Option<ObjectInfo>, BusError> {
        match store.info(name).await {
            Ok(info) => Ok(Some(info).filter(|info| !info.deleted)),
            Err(error) if error.kind() == InfoErrorKind::NotFound => Ok(None),
            Err(error) => Err(BusError::nats(format!("look at {name}"))(error)),
        }
    }
}

/// A cluster has a code of its own for a message that another one overtakes while both are on their way.
fn was_overtaken(error: &PublishError) -> bool {
    let source = error
        .source()
        .and_then(|source| source.downcast_ref::<jetstream::Error>());
    error.kind() == PublishErrorKind::WrongLastSequence
        || source.is_some_and(|error| error.error_code() == ErrorCode::STREAM_WRONG_LAST_SEQUENCE_CONSTANT)
}

fn version(info: &ObjectInfo) -> Option<i64> {
    info.metadata.get(VERSION)?.parse().ok()
}
