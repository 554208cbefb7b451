//! Requests to a service's router as a person would make them, without a socket.
use axum::Router;
use axum::body::{Body, to_bytes};
use http::{HeaderMap, Method, Request, StatusCode, header};
use serde_json::Value;
use tower::ServiceExt;

/// A caller with (or without) a token.
#[derive(Clone)]
pub struct Client {
    router: Router,
    token: Option<String>,
    headers: Vec<(String, String)>,
}

/// What came back.
#[derive(Debug)]
pub struct Response {
    /// HTTP status.
    pub status: StatusCode,
    /// Response headers.
    pub headers: HeaderMap,
    /// The body as JSON; a string when it is none, null when empty.
    pub body: Value,
}

const BODY_MAX_BYTES: usize = 64 << 20;

impl Client {
    /// A caller of `router`.
    #[must_use]
    pub fn new(router: Router, token: Option<String>) -> Self {
        Self {
            router,
            token,
            headers: Vec::new(),
        }
    }

    /// The same caller with one more header.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// GET.
    pub async fn get(&self, path: &str) -> Response {
        self.send(Method::GET, path, None).await
    }

    /// POST with a JSON body.
    pub async fn post(&self, path: &str, body: Value) -> Response {
        self.send(Method::POST, path, Some(body)).await
    }

    /// POST with a JSON body and an `Idempotency-Key`.
    pub async fn post_with_key(&self, path: &str, body: Value, key: &str) -> Response {
        self.clone().header("idempotency-key", key).post(path, body).await
    }

    /// POST of a content of any type; a stream may keep the other side waiting.
    ///
    /// # Panics
    /// When the request cannot be made.
    pub async fn post_bytes(&self, path: &str, media_type: &str, content: impl Into<Body>) -> Response {
        let request = self
            .request(Method::POST, path)
            .header(header::CONTENT_TYPE, media_type);
        self.answer(request.body(content.into()).unwrap()).await
    }

    /// PUT with a JSON body.
    pub async fn put(&self, path: &str, body: Value) -> Response {
        self.send(Method::PUT, path, Some(body)).await
    }

    /// DELETE.
    pub async fn delete(&self, path: &str) -> Response {
        self.send(Method::DELETE, path, None).await
    }

    /// Any request.
    ///
    /// # Panics
    /// When the request cannot be made.
    pub async fn send(&self, method: Method, path: &str, body: Option<Value>) -> Response {
        let mut request = self.request(method, path);
        let body = match body {
            Some(value) => {
                request = request.header(header::CONTENT_TYPE, "application/json");
                Body::from(value.to_string())
            }
            None => Body::empty(),
        };
        self.answer(request.body(body).unwrap()).await
    }

    fn request(&self, method: Method, path: &str) -> http::request::Builder {
        let mut request = Request::builder().method(method).uri(path);
        if let Some(token) = &self.token {
            request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
        }
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        request
    }

    async fn answer(&self, request: Request<Body>) -> Response {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(body, BODY_MAX_BYTES).await.unwrap();
        let body = if bytes.is_empty() {
            Value::Null
        } else {
            serde_json::from_slice(&bytes)
                .unwrap_or_else(|_| Value::String(String::from_utf8_lossy(&bytes).into_owned()))
        };
        Response {
            status: parts.status,
            headers: parts.headers,
            body,
        }
    }
}

impl Response {
    /// The response, when its status is the expected one.
    ///
    /// # Panics
    /// With status and body when it is not.
    #[track_caller]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status.as_u16(), status, "{}", self.body);
        self
    }

    /// A text field of the body by JSON pointer.
    ///
    /// # Panics
    /// When it is absent or no text.
    #[track_caller]
    #[must_use]
    pub fn text(&self, pointer: &str) -> String {
        self.body
            .pointer(pointer)
            .and_then(Value::as_str)
            .unwrap_or_else(|| panic!("no text at {pointer} in {}", self.body))
            .to_owned()
    }
}
