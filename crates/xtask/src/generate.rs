//! Writes what is derived from `proto`: wire code for Rust and TypeScript, the
//! births of documents, and the documents that both readers are tested with.
//!
//! Everything written here is committed; tests compare it with a fresh run.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use safehall_sync::document::birth;

use crate::vectors;

const HELP: &str = "\
Writes the files that are derived from proto/ and committed.

  cargo xtask generate            writes them
  cargo xtask generate --check    says which ones are stale, and writes nothing
";

/// Messages with something that a person typed, or a secret: the wire module
/// writes their `Debug` by hand.
const WITHOUT_DEBUG: [&str; 20] = [
    "BlobChunk",
    "BlobPart",
    "Carried",
    "ChangeBody",
    "Erasure",
    "Exclusion",
    "HandIn",
    "LedgerEntry",
    "QuarantineLine",
    "Restriction",
    "EnrolChallenge",
    "Envelope",
    "FinishEnrol",
    "Hello",
    "Invite",
    "NewInvite",
    "StaffMember",
    "Token",
    "TokenAsk",
    "Challenge",
];

/// Runs the chore.
pub(crate) fn run(arguments: &[String]) -> Result<()> {
    match arguments {
        [] => write(),
        [only] if only == "--check" => check(),
        _ => {
            print!("{HELP}");
            Ok(())
        }
    }
}

fn write() -> Result<()> {
    for (path, bytes) in derived()? {
        let path = root().join(path);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        if fs::read(&path).ok().as_deref() != Some(&bytes) {
            fs::write(&path, bytes)
                .with_context(|| format!("could not write {}", path.display()))?;
            println!("wrote {}", path.display());
        }
    }
    if root().join("app/node_modules/.bin/buf").exists() {
        let done = Command::new("npm")
            .args(["run", "--silent", "generate"])
            .current_dir(root().join("app"))
            .status()
            .context("could not start npm")?;
        if !done.success() {
            bail!("the TypeScript wire code could not be written");
        }
    } else {
        println!("app/node_modules is not there: the TypeScript wire code was left as it is");
    }
    Ok(())
}

fn check() -> Result<()> {
    let stale: Vec<_> = derived()?
        .into_iter()
        .filter(|(path, bytes)| fs::read(root().join(path)).ok().as_ref() != Some(bytes))
        .map(|(path, _)| path.display().to_string())
        .collect();
    if !stale.is_empty() {
        bail!("stale, run `cargo xtask generate`: {}", stale.join(", "));
    }
    Ok(())
}

/// Every derived file by its path in the repository.
fn derived() -> Result<BTreeMap<PathBuf, Vec<u8>>> {
    let mut files = BTreeMap::new();
    files.insert(
        PathBuf::from("crates/sync/src/generated/wire.rs"),
        wire_code()?.into_bytes(),
    );
    for kind in birth::KINDS {
        let bytes = birth::make(kind).context("could not make a birth")?;
        files.insert(
            PathBuf::from("proto/document").join(birth::file_name(kind)),
            bytes,
        );
    }
    files.extend(vectors::files()?);
    Ok(files)
}

fn wire_code() -> Result<String> {
    let proto = root().join("proto");
    let files = [
        "wire/v1/blob.proto",
        "wire/v1/carried.proto",
        "wire/v1/frame.proto",
        "wire/v1/identity.proto",
        "wire/v1/pack.proto",
    ];
    let descriptors = protox::compile(files, [&proto])?;

    let mut config = prost_build::Config::new();
    config.bytes([
        ".safehall.wire.v1.Envelope",
        ".safehall.wire.v1.ChangeBody.change",
        ".safehall.wire.v1.BlobChunk.bytes",
        ".safehall.wire.v1.BlobPart.bytes",
    ]);
    config.skip_debug(WITHOUT_DEBUG.map(|message| format!(".safehall.wire.v1.{message}")));
    let modules = descriptors
        .file
        .into_iter()
        .map(|file| {
            (
                prost_build::Module::from_protobuf_package_name(file.package()),
                file,
            )
        })
        .collect();
    let written = config.generate(modules)?;
    let code: String = written.into_values().collect();
    Ok(code)
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_committed_is_what_would_be_generated_today() {
        check().expect("fresh");
    }
}
