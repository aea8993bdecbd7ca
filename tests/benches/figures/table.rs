//! The table that a bench run ends with: figure, limit, ok or over.

use std::fmt;

/// What a figure is, which decides whether a run fails by it.
#[derive(Clone, Copy, Eq, PartialEq)]
pub(crate) enum Kind {
    /// Bytes, round trips, changes: the same on every machine. Over the limit fails the run.
    Count,
    /// Times and memory, and ratios of them: they depend on the machine and are only shown.
    Measure,
}

/// Which side of the limit is the good one.
#[derive(Clone, Copy)]
pub(crate) enum Limit {
    AtMost(f64),
    AtLeast(f64),
    /// Shown beside the others, without a limit of its own.
    None,
}

struct Line {
    name: String,
    figure: f64,
    unit: &'static str,
    limit: Limit,
    kind: Kind,
}

/// All figures of one run.
#[derive(Default)]
pub(crate) struct Table {
    lines: Vec<Line>,
}

impl Table {
    pub(crate) fn count(
        &mut self,
        name: impl Into<String>,
        figure: u64,
        unit: &'static str,
        limit: Limit,
    ) {
        #[expect(clippy::cast_precision_loss, reason = "no count here comes near 2^52")]
        let figure = figure as f64;
        self.lines.push(Line {
            name: name.into(),
            figure,
            unit,
            limit,
            kind: Kind::Count,
        });
    }

    pub(crate) fn measure(
        &mut self,
        name: impl Into<String>,
        figure: f64,
        unit: &'static str,
        limit: Limit,
    ) {
        self.lines.push(Line {
            name: name.into(),
            figure,
            unit,
            limit,
            kind: Kind::Measure,
        });
    }

    /// Whether every count is within its limit.
    pub(crate) fn counts_hold(&self) -> bool {
        self.lines
            .iter()
            .all(|line| line.kind == Kind::Measure || line.holds())
    }
}

impl Line {
    fn holds(&self) -> bool {
        match self.limit {
            Limit::AtMost(most) => self.figure <= most,
            Limit::AtLeast(least) => self.figure >= least,
            Limit::None => true,
        }
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let width = self
            .lines
            .iter()
            .map(|line| line.name.chars().count())
            .max()
            .unwrap_or(0);
        for line in &self.lines {
            let (limit, verdict) = match line.limit {
                Limit::AtMost(most) => (
                    format!("<= {}", Figure(most)),
                    if line.holds() { "ok" } else { "OVER" },
                ),
                Limit::AtLeast(least) => (
                    format!(">= {}", Figure(least)),
                    if line.holds() { "ok" } else { "UNDER" },
                ),
                Limit::None => (String::new(), ""),
            };
            writeln!(
                f,
                "{:<width$}  {:>12} {:<14} {:>10}  {}",
                line.name,
                Figure(line.figure).to_string(),
                line.unit,
                limit,
                verdict
            )?;
        }
        Ok(())
    }
}

struct Figure(f64);

impl fmt::Display for Figure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.fract() == 0.0 {
            write!(f, "{:.0}", self.0)
        } else {
            write!(f, "{:.2}", self.0)
        }
    }
}
