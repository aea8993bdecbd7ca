//! The `safehall` command.

use std::process::ExitCode;

use clap::Parser as _;
use safehall_server::commands::{self, Cli};

fn main() -> ExitCode {
    match commands::run(Cli::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("safehall: {error:#}");
            ExitCode::FAILURE
        }
    }
}
