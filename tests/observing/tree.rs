//! A trace as people draw it.
use std::fmt::Write as _;
use telemetry::testing::CapturedSpan;

/// The spans of a trace as an indented tree, children under their parents.
pub fn drawn(spans: &[CapturedSpan]) -> String {
    let known = |id: &str| spans.iter().any(|span| span.span_id == id);
    let mut text = String::new();
    for root in spans.iter().filter(|span| !known(&span.parent_span_id)) {
        draw(spans, root, 0, &mut text);
    }
    text
}

fn draw(spans: &[CapturedSpan], span: &CapturedSpan, depth: usize, text: &mut String) {
    let service = service(span).unwrap_or("-");
    let _ = writeln!(
        text,
        "{:indent$}{} [{service}]",
        "",
        span.name,
        indent = depth * 2
    );
    for child in spans.iter().filter(|child| child.parent_span_id == span.span_id) {
        draw(spans, child, depth + 1, text);
    }
}

/// The service a span says it belongs to.
pub fn service(span: &CapturedSpan) -> Option<&str> {
    let named = |key: &str| {
        span.attributes
            .iter()
            .find(|(name, _)| name == key)
            .map(|(_, value)| value.as_str())
    };
    named("service").or_else(|| named("service.name"))
}
