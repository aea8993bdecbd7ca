//! The web app, as files inside the program.

use axum::body::Body;
use axum::http::header::{
    ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, ETAG, IF_NONE_MATCH, VARY,
};
use axum::http::{HeaderMap, HeaderValue, Response, StatusCode};

/// One file of the built app.
struct Asset {
    path: &'static str,
    tag: &'static str,
    plain: &'static [u8],
    br: Option<&'static [u8]>,
    gz: Option<&'static [u8]>,
}

include!(concat!(env!("OUT_DIR"), "/assets.rs"));

const NOT_BUILT: &str = "The web app is not part of this build.\n\n\
    Build it and the server again:\n  cd app && npm ci --ignore-scripts && npm run build\n  cargo build\n";

/// The answer to a GET outside `/v1`, or nothing if there is no such file.
/// A path without an extension is a page of the app, which is `index.html`.
pub(super) fn serve(path: &str, headers: &HeaderMap) -> Option<Response<Body>> {
    let file = path.rsplit('/').next().unwrap_or_default();
    let wanted = if path == "/" || !file.contains('.') {
        "/index.html"
    } else {
        path
    };
    if ASSETS.is_empty() {
        return (wanted == "/index.html").then(not_built);
    }
    ASSETS
        .iter()
        .find(|asset| asset.path == wanted)
        .map(|asset| answer(asset, headers))
}

fn not_built() -> Response<Body> {
    let mut response = Response::new(Body::from(NOT_BUILT));
    *response.status_mut() = StatusCode::SERVICE_UNAVAILABLE;
    let head = response.headers_mut();
    head.insert(
        CONTENT_TYPE,
        HeaderValue::from_static("text/plain; charset=utf-8"),
    );
    head.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

fn answer(asset: &'static Asset, headers: &HeaderMap) -> Response<Body> {
    let accepted = headers
        .get(ACCEPT_ENCODING)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let takes = |name: &str| {
        accepted.split(',').any(|part| {
            let mut words = part.split(';').map(str::trim);
            words.next() == Some(name) && !words.any(|word| matches!(word, "q=0" | "q=0.0"))
        })
    };
    let (bytes, encoding) = match (asset.br, asset.gz) {
        (Some(br), _) if takes("br") => (br, Some("br")),
        (_, Some(gz)) if takes("gzip") => (gz, Some("gzip")),
        _ => (asset.plain, None),
    };
    let tag = format!(
        "\"{}{}\"",
        asset.tag,
        encoding.map(|name| format!("-{name}")).unwrap_or_default()
    );
    let known = headers
        .get(IF_NONE_MATCH)
        .is_some_and(|value| value.as_bytes() == tag.as_bytes());

    let mut response = Response::new(if known {
        Body::empty()
    } else {
        Body::from(bytes)
    });
    if known {
        *response.status_mut() = StatusCode::NOT_MODIFIED;
    }
    let head = response.headers_mut();
    head.insert(
        CONTENT_TYPE,
        HeaderValue::from_static(media_type(asset.path)),
    );
    head.insert(VARY, HeaderValue::from_static("accept-encoding"));
    head.insert(
        CACHE_CONTROL,
        HeaderValue::from_static(keep_for(asset.path)),
    );
    if let Some(encoding) = encoding {
        head.insert(CONTENT_ENCODING, HeaderValue::from_static(encoding));
    }
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        head.insert(ETAG, tag);
    }
    response
}

/// Files in `assets/` carry a hash in their name and never change.
fn keep_for(path: &str) -> &'static str {
    if path.starts_with("/assets/") {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    }
}

fn media_type(path: &str) -> &'static str {
    match path.rsplit('.').next().unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "wasm" => "application/wasm",
        "json" | "map" => "application/json",
        "webmanifest" => "application/manifest+json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    static PACKED: Asset = Asset {
        path: "/assets/a-1.js",
        tag: "00",
        plain: b"plain",
        br: Some(b"br"),
        gz: Some(b"gz"),
    };

    fn asking(encodings: &str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT_ENCODING, encodings.parse().unwrap());
        headers
    }

    #[test]
    fn the_smallest_form_that_the_browser_takes_is_sent() {
        let sent = |encodings| {
            answer(&PACKED, &asking(encodings))
                .headers()
                .get(CONTENT_ENCODING)
                .cloned()
        };

        assert_eq!(sent("gzip, deflate, br").unwrap(), "br");
        assert_eq!(sent("gzip, br;q=0").unwrap(), "gzip");
        assert_eq!(sent("identity"), None);
    }

    #[test]
    fn a_file_that_the_browser_has_is_not_sent_again() {
        let mut headers = asking("br");
        let first = answer(&PACKED, &headers);
        headers.insert(IF_NONE_MATCH, first.headers()[ETAG].clone());

        assert_eq!(answer(&PACKED, &headers).status(), StatusCode::NOT_MODIFIED);
    }

    #[test]
    fn only_files_with_a_hash_in_their_name_are_kept_for_long() {
        assert!(keep_for("/assets/index-Bx1.js").contains("immutable"));
        assert_eq!(keep_for("/index.html"), "no-cache");
        assert_eq!(keep_for("/sw.js"), "no-cache");
    }
}
