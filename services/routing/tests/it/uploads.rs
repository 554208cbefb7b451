//! Packs are large: only so many are read at the same time, and who comes too early is told when to come again.
use crate::harness::pack;
use axum::body::Body;
use futures::channel::oneshot;
use futures::stream;
use routing::Routing;
use serde_json::json;
use std::convert::Infallible;
use testkit::{Role, TestApp, World};

#[tokio::test]
async fn a_pack_too_many_is_told_when_to_come_again() {
    let one_place = [("service.uploads_max", "1".to_owned())];
    let app = TestApp::start_with::<Routing>(&World::new(), &one_place).await;
    let editor = app.http(Role::DirectoryEditor);
    let (begun, has_begun) = oneshot::channel();
    let (go_on, may_go_on) = oneshot::channel();
    let body = json!({ "pack": pack() }).to_string().into_bytes();
    // Its place is taken before its body is read, and the body waits for the second request to be answered.
    let slow = Body::from_stream(stream::once(async move {
        begun.send(()).unwrap();
        may_go_on.await.unwrap();
        Ok::<_, Infallible>(body)
    }));
    let first = editor.post_bytes("/v1/directory/drafts", "application/json", slow);
    let second = async {
        has_begun.await.unwrap();
        for path in ["/v1/directory/drafts", "/v1/directory/versions"] {
            let zh = editor.clone().header("accept-language", "zh-CN");
            let refused = zh.post(path, json!({ "pack": pack() })).await.expect(503);
            assert_eq!(refused.text("/code"), "uploads_busy");
            assert_eq!(refused.text("/title"), "正在读取的数据包已达上限");
            assert_eq!(refused.headers["retry-after"], "5");
        }
        // What is no pack needs no place.
        editor.get("/v1/directory/drafts").await.expect(200);
        go_on.send(()).unwrap();
    };
    let (first, ()) = tokio::join!(first, second);
    first.expect(201);
    let third = editor
        .post("/v1/directory/versions", json!({ "pack": pack() }))
        .await;
    third.expect(201);
    app.settle().await;
}
