//! W3C trace context in and out of headers. Baggage is deliberately not carried: it is the usual
//! way in which personal data ends up in foreign systems.
use opentelemetry::trace::{SpanContext, SpanId, TraceContextExt as _, TraceFlags, TraceId, TraceState};
use tracing_opentelemetry::OpenTelemetrySpanExt as _;

/// The header's name, in HTTP and in NATS.
pub const TRACEPARENT: &str = "traceparent";

/// The `traceparent` of the current span, to be stored or sent; `None` outside of any trace.
#[must_use]
pub fn current_traceparent() -> Option<String> {
    let context = current()?;
    Some(format!(
        "00-{}-{}-{:02x}",
        context.trace_id(),
        context.span_id(),
        context.trace_flags().to_u8()
    ))
}

/// The trace id of the current span (32 hex digits), for problem documents and tests.
#[must_use]
pub fn current_trace_id() -> Option<String> {
    Some(current()?.trace_id().to_string())
}

/// Makes a remote span the parent of `span`. Call it before `span` is entered; an absent or
/// malformed `traceparent` leaves the span as it is.
pub fn set_parent(span: &tracing::Span, traceparent: Option<&str>) {
    if let Some(remote) = traceparent.and_then(parse) {
        let parent = opentelemetry::Context::new().with_remote_span_context(remote);
        span.set_parent(parent).ok();
    }
}

/// Links `span` to a remote span without becoming its child (batches, fan-in).
pub fn add_link(span: &tracing::Span, traceparent: Option<&str>) {
    if let Some(remote) = traceparent.and_then(parse) {
        span.add_link(remote);
    }
}

/// The well-formed `traceparent` of a request, if it has one.
#[must_use]
pub fn traceparent_from_headers(headers: &http::HeaderMap) -> Option<String> {
    let value = headers.get(TRACEPARENT)?.to_str().ok()?.trim();
    parse(value).map(|_| value.to_owned())
}

/// The trace id inside a `traceparent`.
#[must_use]
pub fn trace_id_of(traceparent: &str) -> Option<String> {
    parse(traceparent).map(|context| context.trace_id().to_string())
}

fn current() -> Option<SpanContext> {
    let of_span = tracing::Span::current().context();
    let context = of_span.span().span_context().clone();
    if context.is_valid() {
        return Some(context);
    }
    // The current span may be filtered out of traces; its nearest traced ancestor still counts.
    let active = opentelemetry::Context::current().span().span_context().clone();
    active.is_valid().then_some(active)
}

/// `00-<32 hex>-<16 hex>-<2 hex>`; higher versions may carry more, which is ignored.
fn parse(traceparent: &str) -> Option<SpanContext> {
    let mut parts = traceparent.split('-');
    let version = hex(parts.next()?, 2)?;
    let trace_id = TraceId::from_hex(hex(parts.next()?, 32)?).ok()?;
    let span_id = SpanId::from_hex(hex(parts.next()?, 16)?).ok()?;
    let flags = u8::from_str_radix(hex(parts.next()?, 2)?, 16).ok()?;
    if version == "ff" || (version == "00" && parts.next().is_some()) {
        return None;
    }
    let flags = TraceFlags::new(flags) & TraceFlags::SAMPLED;
    let context = SpanContext::new(trace_id, span_id, flags, true, TraceState::default());
    context.is_valid().then_some(context)
}

fn hex(part: &str, len: usize) -> Option<&str> {
    let lower = |b: u8| b.is_ascii_digit() || (b'a'..=b'f').contains(&b);
    (part.len() == len && part.bytes().all(lower)).then_some(part)
}

#[cfg(test)]
mod tests {
    use super::*;
    use opentelemetry::trace::TracerProvider as _;
    use tracing_subscriber::layer::SubscriberExt as _;

    const REMOTE: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    fn traced<T>(run: impl FnOnce() -> T) -> T {
        let provider = opentelemetry_sdk::trace::SdkTracerProvider::builder().build();
        let layer = tracing_opentelemetry::layer().with_tracer(provider.tracer("test"));
        tracing::subscriber::with_default(tracing_subscriber::registry().with(layer), run)
    }

    #[test]
    fn a_round_trip_keeps_the_trace_id_and_changes_the_span_id() {
        traced(|| {
            let span = tracing::info_span!("api.register_complaint");
            set_parent(&span, Some(REMOTE));
            let sent = span.in_scope(current_traceparent).unwrap();
            assert_eq!(trace_id_of(&sent), trace_id_of(REMOTE));
            assert_ne!(sent, REMOTE);
            let mut headers = http::HeaderMap::new();
            headers.insert(TRACEPARENT, sent.parse().unwrap());
            assert_eq!(traceparent_from_headers(&headers), Some(sent));
        });
    }

    #[test]
    fn a_new_trace_starts_without_a_parent_and_none_exists_outside() {
        traced(|| {
            let span = tracing::info_span!("job");
            set_parent(&span, Some("00-nonsense"));
            let id = span.in_scope(current_trace_id).unwrap();
            assert_eq!(id.len(), 32);
            assert_ne!(Some(id), trace_id_of(REMOTE));
        });
        assert_eq!(current_traceparent(), None);
    }

    #[test]
    fn malformed_values_are_refused() {
        for bad in [
            "",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7",
            "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
            "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
            "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-x",
        ] {
            assert_eq!(trace_id_of(bad), None, "{bad}");
        }
        let later = "01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more";
        assert!(trace_id_of(later).is_some());
    }
}
