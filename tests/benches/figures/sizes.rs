//! What a phone loads the first time it opens the app.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::table::{Limit, Table};

pub(crate) fn measure(table: &mut Table) -> Result<(), String> {
    let dist = Path::new(env!("CARGO_MANIFEST_DIR")).join("../app/dist");
    let files = shipped(&dist).map_err(|error| {
        format!("app/dist could not be read ({error}); build the app: cargo xtask test --only app")
    })?;
    let of = |wanted: &dyn Fn(&str) -> bool| -> u64 {
        files
            .iter()
            .filter(|(name, _)| wanted(name))
            .map(|(_, bytes)| bytes)
            .sum()
    };
    let all = of(&|_| true);
    let wasm = of(&|name| name.ends_with(".wasm"));
    table.count(
        "first load of the app, over the wire",
        all,
        "bytes",
        Limit::AtMost(950_000.0),
    );
    table.count("  of this Automerge's WASM", wasm, "bytes", Limit::None);
    table.count(
        "  of this all the rest",
        all.saturating_sub(wasm),
        "bytes",
        Limit::None,
    );
    if wasm < 100_000 {
        return Err("app/dist has no WASM: this is not the app".to_owned());
    }
    Ok(())
}

/// Every file of the app with the bytes it costs on the wire: its brotli twin
/// where there is one, as the server sends it.
fn shipped(dist: &Path) -> io::Result<Vec<(String, u64)>> {
    let mut files = Vec::new();
    let mut folders = vec![dist.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let name = path.to_string_lossy().into_owned();
            if [".br", ".gz", ".map"]
                .iter()
                .any(|ending| name.ends_with(ending))
            {
                continue;
            }
            let twin = PathBuf::from(format!("{name}.br"));
            let sent = if twin.is_file() { twin } else { path };
            files.push((name, fs::metadata(sent)?.len()));
        }
    }
    Ok(files)
}
