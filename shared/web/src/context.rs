//! What a problem document must know about the request it answers.
//!
//! Problems are made deep inside a handler, where there is no request at hand, so the outermost
//! layer keeps this in a task-local. Outside of a request the defaults hold.
use crate::Lang;
use crate::problem::Text;

tokio::task_local! {
    static REQUEST: RequestContext;
}

/// Language, id and vocabulary of the request being answered.
#[derive(Debug, Clone, Default)]
pub(crate) struct RequestContext {
    pub(crate) lang: Lang,
    pub(crate) request_id: Option<String>,
    pub(crate) texts: &'static [Text],
}

impl RequestContext {
    /// Runs `work` as part of this request.
    pub(crate) async fn scope<F: Future>(self, work: F) -> F::Output {
        REQUEST.scope(self, work).await
    }

    /// The current request's, or the defaults.
    pub(crate) fn current() -> Self {
        REQUEST.try_with(Clone::clone).unwrap_or_default()
    }
}
