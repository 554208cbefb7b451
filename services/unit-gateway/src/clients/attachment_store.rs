//! Where the contents of attachments are. An interface, because a city may have an object store; the default is a folder,
//! shared by all replicas.
use futures::future::BoxFuture;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use thiserror::Error;
use tokio::io::AsyncWriteExt as _;
use uuid::Uuid;

/// The store did not take or give a content.
#[derive(Debug, Error)]
#[error("the store of attachments failed")]
pub struct AttachmentStoreError(#[from] std::io::Error);

/// Contents by id. A content never changes.
pub trait AttachmentStore: Send + Sync + 'static {
    /// Keeps a content. Once this answers, a power cut does not take it.
    fn put<'a>(&'a self, id: Uuid, content: &'a [u8]) -> BoxFuture<'a, Result<(), AttachmentStoreError>>;

    /// A content; `None` when there is none with this id.
    fn get(&self, id: Uuid) -> BoxFuture<'_, Result<Option<Vec<u8>>, AttachmentStoreError>>;

    /// Forgets a content that nothing refers to.
    fn remove(&self, id: Uuid) -> BoxFuture<'_, Result<(), AttachmentStoreError>>;
}

/// The store, as the rest of the service holds it.
pub type Attachments = Arc<dyn AttachmentStore>;

/// A folder: one file per content, in 256 folders by the last byte of the id.
#[derive(Clone, Debug)]
pub struct Folder {
    root: PathBuf,
}

impl Folder {
    /// Below `root`, which is made when something is put.
    #[must_use]
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into() }
    }

    fn place(&self, id: Uuid) -> (PathBuf, PathBuf) {
        let name = id.simple().to_string();
        let folder = self.root.join(&name[30..]);
        let file = folder.join(name);
        (folder, file)
    }
}

impl AttachmentStore for Folder {
    fn put<'a>(&'a self, id: Uuid, content: &'a [u8]) -> BoxFuture<'a, Result<(), AttachmentStoreError>> {
        Box::pin(async move {
            let (folder, file) = self.place(id);
            tokio::fs::create_dir_all(&folder).await?;
            let unfinished = file.with_extension("part");
            let mut written = tokio::fs::File::create(&unfinished).await?;
            written.write_all(content).await?;
            written.sync_all().await?;
            tokio::fs::rename(&unfinished, &file).await?;
            // The names must be on the disk too, of the file and of its folder.
            sync(&folder).await?;
            sync(&self.root).await?;
            Ok(())
        })
    }

    fn get(&self, id: Uuid) -> BoxFuture<'_, Result<Option<Vec<u8>>, AttachmentStoreError>> {
        Box::pin(async move {
            match tokio::fs::read(self.place(id).1).await {
                Ok(content) => Ok(Some(content)),
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
                Err(error) => Err(error.into()),
            }
        })
    }

    fn remove(&self, id: Uuid) -> BoxFuture<'_, Result<(), AttachmentStoreError>> {
        Box::pin(async move {
            match tokio::fs::remove_file(self.place(id).1).await {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error.into()),
                _ => Ok(()),
            }
        })
    }
}

async fn sync(folder: &Path) -> std::io::Result<()> {
    tokio::fs::File::open(folder).await?.sync_all().await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_folder_keeps_gives_and_forgets() {
        let root = std::env::temp_dir().join(format!("attachments-{}", Uuid::new_v4().simple()));
        let (store, id) = (Folder::new(&root), Uuid::new_v4());
        assert_eq!(store.get(id).await.unwrap(), None);
        store.put(id, b"evidence").await.unwrap();
        assert_eq!(
            Folder::new(&root).get(id).await.unwrap().as_deref(),
            Some(&b"evidence"[..])
        );
        store.remove(id).await.unwrap();
        store.remove(id).await.unwrap();
        assert_eq!(store.get(id).await.unwrap(), None);
        std::fs::remove_dir_all(root).unwrap();
    }
}
