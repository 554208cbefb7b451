//! The `tracing` layer that turns events into log lines.
//!
//! Own code rather than the stock JSON formatter, because every line must carry `service`,
//! `trace_id` and `span_id`, with the fields of the enclosing spans flattened beside the event's.
//! `service` is the nearest enclosing span field of that name (all-in-one: several services in
//! one process) or the name given at start.
use std::fmt::Write as _;

use opentelemetry::trace::TraceContextExt as _;
use serde::Serialize;
use serde_json::{Map, Value};
use tracing::field::{Field, Visit};
use tracing::{Event, Subscriber, span};
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::time::{FormatTime, SystemTime};
use tracing_subscriber::layer::{Context, Layer};
use tracing_subscriber::registry::{LookupSpan, Scope};

use crate::LogFormat;
use crate::log_output::LogOutput;

/// Keys of [`Line`]; a field of the same name is written as `field_<name>`.
const RESERVED: [&str; 8] = [
    "timestamp",
    "level",
    "service",
    "target",
    "span",
    "trace_id",
    "span_id",
    "message",
];

pub(crate) struct LogLayer {
    pub(crate) service: String,
    pub(crate) format: LogFormat,
    pub(crate) output: LogOutput,
}

#[derive(Serialize)]
struct Line {
    timestamp: String,
    level: &'static str,
    service: String,
    message: String,
    target: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    span: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    trace_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    span_id: Option<String>,
    #[serde(flatten)]
    fields: Map<String, Value>,
}

/// The recorded fields of one span, kept in its extensions.
#[derive(Default)]
struct Fields(Map<String, Value>);

impl<S> Layer<S> for LogLayer
where
    S: Subscriber + for<'a> LookupSpan<'a>,
{
    fn on_new_span(&self, attributes: &span::Attributes<'_>, id: &span::Id, ctx: Context<'_, S>) {
        if let Some(span) = ctx.span(id) {
            let mut fields = Fields::default();
            attributes.record(&mut fields);
            span.extensions_mut().insert(fields);
        }
    }

    fn on_record(&self, id: &span::Id, values: &span::Record<'_>, ctx: Context<'_, S>) {
        if let Some(span) = ctx.span(id)
            && let Some(fields) = span.extensions_mut().get_mut::<Fields>()
        {
            values.record(fields);
        }
    }

    fn on_event(&self, event: &Event<'_>, ctx: Context<'_, S>) {
        let line = self.line(event, &ctx);
        let text = match self.format {
            LogFormat::Json => serde_json::to_string(&line).unwrap_or_default(),
            LogFormat::Pretty => pretty(&line),
        };
        self.output.write(text);
    }
}

impl LogLayer {
    fn line<S>(&self, event: &Event<'_>, ctx: &Context<'_, S>) -> Line
    where
        S: Subscriber + for<'a> LookupSpan<'a>,
    {
        let mut all = Map::new();
        let mut span_name = None;
        for span in ctx.event_scope(event).into_iter().flat_map(Scope::from_root) {
            if let Some(fields) = span.extensions().get::<Fields>() {
                all.extend(fields.0.clone());
            }
            span_name = Some(span.name().to_owned());
        }
        if let Some(name) = all.remove("otel.name") {
            span_name = name.as_str().map(ToOwned::to_owned);
        }
        let service = match all.remove("service") {
            Some(Value::String(service)) => service,
            _ => self.service.clone(),
        };
        let mut own = Fields::default();
        event.record(&mut own);
        let message = match own.0.remove("message") {
            Some(Value::String(message)) => message,
            _ => String::new(),
        };
        all.extend(own.0);
        let trace = opentelemetry::Context::current();
        let trace = trace.span().span_context().clone();
        Line {
            timestamp: timestamp(),
            level: event.metadata().level().as_str(),
            service,
            message,
            target: event.metadata().target().to_owned(),
            span: span_name,
            trace_id: trace.is_valid().then(|| trace.trace_id().to_string()),
            span_id: trace.is_valid().then(|| trace.span_id().to_string()),
            fields: all.into_iter().filter_map(free_key).collect(),
        }
    }
}

/// Drops what only steers the exporter and moves fields that would shadow a key of [`Line`].
fn free_key((key, value): (String, Value)) -> Option<(String, Value)> {
    if key.starts_with("otel.") {
        None
    } else if RESERVED.contains(&key.as_str()) {
        Some((format!("field_{key}"), value))
    } else {
        Some((key, value))
    }
}

fn timestamp() -> String {
    let mut text = String::new();
    SystemTime.format_time(&mut Writer::new(&mut text)).ok();
    text
}

fn pretty(line: &Line) -> String {
    let mut text = format!("{} {:5} {}", line.timestamp, line.level, line.service);
    if let Some(span) = &line.span {
        write!(text, " [{span}]").ok();
    }
    write!(text, " {}", line.message).ok();
    for (key, value) in &line.fields {
        write!(text, " {key}={value}").ok();
    }
    if let Some(trace_id) = &line.trace_id {
        write!(text, " trace={trace_id}").ok();
    }
    text
}

impl Fields {
    fn put(&mut self, field: &Field, value: impl Into<Value>) {
        self.0.insert(field.name().to_owned(), value.into());
    }
}

impl Visit for Fields {
    fn record_f64(&mut self, field: &Field, value: f64) {
        self.put(field, value);
    }
    fn record_i64(&mut self, field: &Field, value: i64) {
        self.put(field, value);
    }
    fn record_u64(&mut self, field: &Field, value: u64) {
        self.put(field, value);
    }
    fn record_bool(&mut self, field: &Field, value: bool) {
        self.put(field, value);
    }
    fn record_str(&mut self, field: &Field, value: &str) {
        self.put(field, value);
    }
    fn record_error(&mut self, field: &Field, value: &(dyn std::error::Error + 'static)) {
        let mut text = value.to_string();
        let mut source = value.source();
        while let Some(cause) = source {
            write!(text, ": {cause}").ok();
            source = cause.source();
        }
        self.put(field, text);
    }
    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        self.put(field, format!("{value:?}"));
    }
}
