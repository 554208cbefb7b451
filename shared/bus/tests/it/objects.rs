//! Contents with versions: of several writers the newest version stays, whoever comes last, and nothing else is left.
use crate::rig::Rig;
use bus::objects::{self, Objects};
use contracts::streams;
use futures::future::join_all;

const NAME: &str = "content.v1";

async fn store(rig: &Rig) -> Objects {
    let spec = streams::directory(rig.bus.namespace());
    objects::provision(&rig.bus, &spec).await.unwrap();
    Objects::new(rig.bus.clone(), spec)
}

/// Three pieces, and other bytes for every version.
fn content(version: i64) -> Vec<u8> {
    format!("{version};").repeat(130_000).into_bytes()
}

async fn put(store: &Objects, version: i64) -> bool {
    let seen = store.look(NAME).await.unwrap();
    store.replace(&seen, version, &content(version)).await.unwrap()
}

/// Messages in the store: one that describes the object, and its pieces.
async fn messages(rig: &Rig) -> u64 {
    let name = format!("OBJ_{}", streams::directory(rig.bus.namespace()).name);
    let stream = rig.bus.jetstream().get_stream(name).await.unwrap();
    stream.cached_info().state.messages
}

#[tokio::test]
async fn a_slow_writer_of_an_older_version_does_not_replace_the_newer_one() {
    let rig = Rig::start().await;
    let store = store(&rig).await;
    assert!(put(&store, 4).await);
    let seen_by_the_slow = store.look(NAME).await.unwrap();
    assert!(put(&store, 6).await, "the quick one saw the same and is first");
    let replaced = store.replace(&seen_by_the_slow, 5, &content(5)).await.unwrap();
    assert!(!replaced, "what the slow one saw is not there any more");
    assert_eq!(store.get(NAME).await.unwrap(), Some((6, content(6))));
    let pieces = content(6).len().div_ceil(128 * 1024) as u64;
    assert_eq!(messages(&rig).await, 1 + pieces, "nobody left pieces behind");
    assert!(
        !put(&store, 6).await && !put(&store, 5).await,
        "as new or newer stays"
    );
    assert_eq!(store.version(NAME).await.unwrap(), Some(6));
}

#[tokio::test]
async fn of_many_writers_at_once_the_newest_version_stays() {
    let rig = Rig::start().await;
    let store = store(&rig).await;
    // Each looks again until its version, or a newer one, lies there: what the job does.
    let write = async |version: i64| {
        while store.look(NAME).await.unwrap().version() < Some(version) {
            put(&store, version).await;
        }
    };
    join_all([3, 8, 1, 6, 2, 7, 5, 4].map(write)).await;
    assert_eq!(store.get(NAME).await.unwrap(), Some((8, content(8))));
}

#[tokio::test]
async fn pieces_of_a_writer_that_died_are_gone_with_the_next_version() {
    let rig = Rig::start().await;
    let store = store(&rig).await;
    assert!(put(&store, 1).await);
    let spec = streams::directory(rig.bus.namespace());
    rig.publish_raw(format!("$O.{}.C.died", spec.name), b"half a content".to_vec())
        .await;
    assert!(put(&store, 2).await && put(&store, 3).await);
    let pieces = content(3).len().div_ceil(128 * 1024) as u64;
    assert_eq!(messages(&rig).await, 1 + pieces);
    assert_eq!(store.get(NAME).await.unwrap(), Some((3, content(3))));
}

/// Any client of the object store reads what is written here.
#[tokio::test]
async fn the_usual_client_finds_it_whole() {
    use tokio::io::AsyncReadExt;
    let rig = Rig::start().await;
    let ours = store(&rig).await;
    assert!(put(&ours, 9).await);
    let name = streams::directory(rig.bus.namespace()).name;
    let theirs = rig.bus.jetstream().get_object_store(name).await.unwrap();
    let mut read = Vec::new();
    let mut object = theirs.get(NAME).await.unwrap();
    object.read_to_end(&mut read).await.unwrap();
    assert_eq!(
        (read, object.info.metadata["version"].as_str()),
        (content(9), "9")
    );
    theirs.delete(NAME).await.unwrap();
    assert_eq!(ours.look(NAME).await.unwrap().version(), None);
    assert!(put(&ours, 2).await, "what was deleted can be put again");
}
