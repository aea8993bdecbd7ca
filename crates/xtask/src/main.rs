//! Chores for people who work on Safehall. Never shipped.

mod bench;
mod demo;
mod generate;
mod machine;
mod prove;
mod screenshots;
mod step;
mod test;
mod vectors;

use std::process::ExitCode;

const HELP: &str = "\
Chores for people who work on Safehall.

  cargo xtask demo                  build everything and start a sample event to try
  cargo xtask test                  everything that must hold, one step after the other
  cargo xtask test --only rust      one part of it: rust, app or browser
  cargo xtask screenshots           a picture of every screen, in target/screenshots
  cargo xtask generate              wire code, births and test documents out of proto/
  cargo xtask bench                 what it costs: round trips, bytes, fsyncs, memory
  cargo xtask prove                 the long proofs, with millions of cases

Every chore takes --help. They work from any folder of the repository.
";

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let chore = arguments.next();
    let rest: Vec<String> = arguments.collect();
    let done = match chore.as_deref() {
        Some("demo") => demo::run(&rest),
        Some("test") => test::run(&rest),
        Some("screenshots") => screenshots::run(&rest),
        Some("generate") => generate::run(&rest),
        Some("bench") => bench::run(&rest),
        Some("prove") => prove::run(&rest),
        Some("help" | "--help" | "-h") | None => {
            print!("{HELP}");
            Ok(())
        }
        Some(other) => Err(anyhow::anyhow!(
            "there is no chore called {other}\n\n{HELP}"
        )),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\n{error:#}");
            ExitCode::FAILURE
        }
    }
}
