//! Where finished log lines go: a bounded queue in front of stdout, or a buffer in tests.
//!
//! A stuck pipe behind stdout must not stop the service, so a thread of its own writes and the
//! callers drop lines when its queue is full. The number of dropped lines is written as soon as
//! there is room again.
use std::io::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::time::Duration;

/// Lines that may wait for stdout; at about 300 bytes each this is 2.5 MB.
const QUEUE_LINES_MAX: usize = 8192;

/// What the writing thread is told.
pub(crate) enum Message {
    Line(String),
    Flush(SyncSender<()>),
}

/// A cheap handle to the writer.
#[derive(Clone)]
pub(crate) enum LogOutput {
    Stdout {
        queue: SyncSender<Message>,
        dropped: Arc<AtomicU64>,
    },
    #[cfg(feature = "test-exporter")]
    Buffer(Arc<std::sync::Mutex<String>>),
}

impl LogOutput {
    /// Starts the writing thread.
    pub(crate) fn stdout() -> Result<Self, std::io::Error> {
        let (queue, lines) = sync_channel(QUEUE_LINES_MAX);
        let dropped = Arc::new(AtomicU64::new(0));
        let seen = Arc::clone(&dropped);
        std::thread::Builder::new()
            .name("telemetry-logs".to_owned())
            .spawn(move || write_lines(&lines, &seen))?;
        Ok(Self::Stdout { queue, dropped })
    }

    /// Queues one line (without its newline); never blocks.
    pub(crate) fn write(&self, line: String) {
        match self {
            Self::Stdout { queue, dropped } => {
                if queue.try_send(Message::Line(line)).is_err() {
                    dropped.fetch_add(1, Ordering::Relaxed);
                }
            }
            #[cfg(feature = "test-exporter")]
            Self::Buffer(buffer) => {
                let mut buffer = buffer.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
                buffer.push_str(&line);
                buffer.push('\n');
            }
        }
    }

    /// Waits until everything queued so far is written, at most `deadline`.
    pub(crate) fn flush(&self, deadline: Duration) {
        match self {
            Self::Stdout { queue, .. } => {
                let (done, wait) = sync_channel(1);
                if queue.try_send(Message::Flush(done)).is_ok() {
                    wait.recv_timeout(deadline).ok();
                }
            }
            #[cfg(feature = "test-exporter")]
            Self::Buffer(_) => {}
        }
    }
}

/// Runs until every sender is gone. A closed stdout is ignored: there is nobody left to tell.
fn write_lines(lines: &Receiver<Message>, dropped: &AtomicU64) {
    let mut out = std::io::BufWriter::new(std::io::stdout());
    while let Ok(first) = lines.recv() {
        let mut next = Some(first);
        while let Some(message) = next {
            match message {
                Message::Line(line) => {
                    out.write_all(line.as_bytes()).ok();
                    out.write_all(b"\n").ok();
                }
                Message::Flush(done) => {
                    out.flush().ok();
                    done.try_send(()).ok();
                }
            }
            next = lines.try_recv().ok();
        }
        let lost = dropped.swap(0, Ordering::Relaxed);
        if lost > 0 {
            writeln!(
                out,
                r#"{{"level":"WARN","target":"telemetry","message":"log lines dropped","lines":{lost}}}"#
            )
            .ok();
        }
        out.flush().ok();
    }
}
