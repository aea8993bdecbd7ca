//! What may be written into the server's own log.
//!
//! Our own lines carry ids and counts. Libraries know no such rule: the one
//! that speaks WebSocket prints whole frames when it is asked to trace. So what
//! they say below a warning is dropped, whatever the filter asks for.

use tracing::{Level, Metadata, Subscriber};
use tracing_subscriber::filter::{EnvFilter, FilterFn, LevelFilter};
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::layer::{Layer as _, SubscriberExt as _};

/// Writes lines that pass `filter` to `to`, and nothing that could hold what
/// somebody typed.
pub fn to<W>(to: W, filter: EnvFilter) -> impl Subscriber + Send + Sync
where
    W: for<'w> MakeWriter<'w> + Send + Sync + 'static,
{
    let lines = tracing_subscriber::fmt::layer()
        .with_writer(to)
        .with_ansi(false);
    tracing_subscriber::registry()
        .with(filter)
        .with(lines.with_filter(FilterFn::new(is_harmless)))
}

/// What a filter looks like.
pub(crate) const FILTER: &str = "off, error, warn, info, debug or trace, also for single parts, for example info or \
    warn,safehall_server=debug";

/// The filter that this text asks for, if it is one.
pub(crate) fn filter(text: &str) -> Option<EnvFilter> {
    // A lone word that is no level would be taken for the name of a part, and all others would fall silent.
    let level = |word: &str| !word.is_empty() && word.parse::<LevelFilter>().is_ok();
    text.split(',')
        .all(|one| one.contains(['=', '[']) || level(one))
        .then(|| EnvFilter::try_new(text).ok())
        .flatten()
}

fn is_harmless(line: &Metadata<'_>) -> bool {
    line.target().starts_with("safehall") || *line.level() <= Level::WARN
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::sync::{Arc, Mutex};

    use super::*;

    #[derive(Clone, Default)]
    struct Lines(Arc<Mutex<Vec<u8>>>);

    impl io::Write for Lines {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn what_is_no_filter_is_no_filter_and_no_silence() {
        for text in [
            "info",
            "WARN",
            "off",
            "warn,safehall_server=debug",
            "debug,hyper=off",
        ] {
            assert!(filter(text).is_some(), "{text}");
        }
        // A lone word that is no level would be the one part that is heard.
        for text in [
            "",
            "loud",
            "wran,hyper=off",
            "safehall_server=loud",
            "info,",
            "a=b=c",
        ] {
            assert!(filter(text).is_none(), "{text}");
        }
    }

    #[test]
    fn a_library_that_traces_is_not_listened_to_and_one_that_warns_is() {
        let lines = Lines::default();
        let writer = lines.clone();
        let log = to(move || writer.clone(), EnvFilter::new("trace"));

        tracing::subscriber::with_default(log, || {
            tracing::trace!(target: "tungstenite::protocol", "received frame: her name");
            tracing::warn!(target: "hyper", "out of file handles");
            tracing::trace!(target: "safehall_server", "ours");
        });

        let said = String::from_utf8(lines.0.lock().unwrap().clone()).unwrap();
        assert!(!said.contains("her name"), "{said}");
        assert!(
            said.contains("out of file handles") && said.contains("ours"),
            "{said}"
        );
    }
}
