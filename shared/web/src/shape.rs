//! Problems in another shape than ours, for the addresses of a standard that has its own.
use axum::body::Body;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::{HeaderMap, HeaderValue, header};

use crate::{Lang, Problem};

/// How problems are told at some addresses, wherever in the service they arise: also too many requests, an overload, an address
/// that is none.
#[derive(Clone, Copy, Debug)]
pub struct ProblemShape {
    /// How the path of these addresses begins.
    pub prefix: &'static str,
    /// The media type and the body, for a path and headers of a request.
    pub tell: fn(&str, &HeaderMap, &Problem) -> (&'static str, Vec<u8>),
}

pub(crate) async fn reshape(State(shape): State<ProblemShape>, request: Request, next: Next) -> Response {
    if !request.uri().path().starts_with(shape.prefix) {
        return next.run(request).await;
    }
    let (path, headers) = (request.uri().path().to_owned(), request.headers().clone());
    let mut response = next.run(request).await;
    let Some(problem) = response.extensions_mut().remove::<Problem>() else {
        return response;
    };
    let (kind, body) = (shape.tell)(&path, &headers, &problem);
    let told = response.headers_mut();
    told.remove(header::CONTENT_LENGTH);
    told.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    let language = HeaderValue::from_static(Lang::from_headers(&headers).tag());
    told.insert(header::CONTENT_LANGUAGE, language);
    *response.body_mut() = Body::from(body);
    response
}
