//! Path parameters into typed values; a malformed one is refused by name.
use axum::extract::path::ErrorKind;
use axum::extract::rejection::PathRejection;
use axum::extract::{FromRequestParts, RawPathParams};
use http::request::Parts;
use serde::de::DeserializeOwned;

use crate::{Problem, unstorable};

/// The parameters of the path, as one value, a tuple or a struct.
#[derive(Debug, Clone, Copy, Default)]
pub struct Path<T>(pub T);

impl<T, S> FromRequestParts<S> for Path<T>
where
    T: DeserializeOwned + Send,
    S: Send + Sync,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Self::Rejection> {
        if unstorable::may_be_in_address(parts.uri.path())
            && let Ok(params) = RawPathParams::from_request_parts(parts, state).await
        {
            unstorable::refuse_in_parameters(params.iter())?;
        }
        let rejection = match axum::extract::Path::<T>::from_request_parts(parts, state).await {
            Ok(axum::extract::Path(value)) => return Ok(Self(value)),
            Err(rejection) => rejection,
        };
        let names: Vec<String> = match RawPathParams::from_request_parts(parts, state).await {
            Ok(params) => params.iter().map(|(name, _)| name.to_owned()).collect(),
            Err(_) => Vec::new(),
        };
        Err(refused(&rejection, &names))
    }
}

fn refused(rejection: &PathRejection, names: &[String]) -> Problem {
    let PathRejection::FailedToDeserializePathParams(error) = rejection else {
        return Problem::internal(rejection);
    };
    let field = match error.kind() {
        ErrorKind::ParseErrorAtKey { key, .. }
        | ErrorKind::DeserializeError { key, .. }
        | ErrorKind::InvalidUtf8InPathParam { key } => Some(key),
        ErrorKind::ParseErrorAtIndex { index, .. } => names.get(*index),
        ErrorKind::WrongNumberOfParameters { .. } | ErrorKind::UnsupportedType { .. } => {
            return Problem::internal(rejection);
        }
        _ => names.first().filter(|_| names.len() == 1),
    };
    let problem = Problem::bad_request("invalid_field", "a part of the address is malformed")
        .detail_zh("地址中的参数格式错误");
    match field {
        Some(field) => problem.field(field),
        None => problem,
    }
}
