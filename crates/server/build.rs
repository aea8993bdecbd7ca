//! Makes the built web app, if there is one, part of the program.
//!
//! Every file of `app/dist` becomes a line of a table with its bytes and, where
//! the app's build wrote them, its `.br` and `.gz` siblings.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let here = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").ok_or(io::ErrorKind::NotFound)?);
    let dist = here.join("../../app/dist");
    // Watched also while there is nothing in it; cargo takes a missing folder
    // for one that changes all the time. On a read-only tree that is no harm.
    let _ = fs::create_dir_all(&dist);
    println!("cargo:rerun-if-changed={}", dist.display());

    let mut files = Vec::new();
    if dist.join("index.html").is_file() {
        collect(&dist, &dist, &mut files)?;
        files.sort();
    }
    let mut table = String::from("static ASSETS: &[Asset] = &[\n");
    for name in &files {
        if name.ends_with(".br") || name.ends_with(".gz") {
            continue;
        }
        let sibling = |extension: &str| {
            let packed = format!("{name}{extension}");
            if files.contains(&packed) {
                format!(
                    "Some(include_bytes!({:?}))",
                    dist.join(&packed).display().to_string()
                )
            } else {
                "None".to_owned()
            }
        };
        let path = dist.join(name);
        let _ = writeln!(
            table,
            "    Asset {{ path: {:?}, tag: \"{:016x}\", plain: include_bytes!({:?}), br: {}, gz: {} }},",
            format!("/{name}"),
            fingerprint(&fs::read(&path)?),
            path.display().to_string(),
            sibling(".br"),
            sibling(".gz"),
        );
    }
    table.push_str("];\n");
    let out = PathBuf::from(env::var_os("OUT_DIR").ok_or(io::ErrorKind::NotFound)?);
    fs::write(out.join("assets.rs"), table)
}

fn collect(root: &Path, folder: &Path, files: &mut Vec<String>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(root, &path, files)?;
        } else if let Some(name) = path.strip_prefix(root).ok().and_then(Path::to_str) {
            files.push(name.replace('\\', "/"));
        }
    }
    Ok(())
}

/// FNV-1a: tells one build's file from another's, and guards nothing.
fn fingerprint(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    })
}
