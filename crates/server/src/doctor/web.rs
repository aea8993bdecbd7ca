//! How phones get here.

use std::path::Path;

use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

use super::{Findings, Machine};
use crate::config::Config;

pub(super) fn look(findings: &mut Findings, config: &Config, machine: &Machine) {
    origin(findings, config.origin.as_deref());
    match &config.tls {
        Some((cert, key)) => certificate(findings, cert, key),
        None => without_tls(findings, config, machine),
    }
    if machine
        .log
        .split(',')
        .any(|part| part.ends_with("debug") || part.ends_with("trace"))
    {
        findings.advice(
            "log-level",
            "SAFEHALL_LOG asks for more than an event needs. No typed word gets into the log, but when who called does.",
            "Leave SAFEHALL_LOG away, or set it to info.",
        );
    }
}

fn origin(findings: &mut Findings, origin: Option<&str>) {
    let host = |origin: &str| {
        let rest = origin.split_once("://").map_or(origin, |(_, rest)| rest);
        let host = rest.rsplit_once(':').map_or(rest, |(host, _port)| host);
        host.to_owned()
    };
    match origin {
        None => findings.missing(
            "origin",
            "No origin is set: only browsers on this machine itself may call.",
            "Set --origin (or `origin` in the file) to the name that people open, such as https://safehall.example.org.",
        ),
        Some(origin)
            if matches!(host(origin).as_str(), "localhost" | "127.0.0.1" | "[::1]" | "0.0.0.0") =>
        {
            findings.missing(
                "origin",
                format!("The origin {origin} is this machine's own name: no phone can open it."),
                "Set the origin to the name that people open.",
            );
        }
        Some(origin) if !origin.starts_with("https://") => findings.missing(
            "origin-https",
            format!("{origin} is not encrypted: the hall's Wi-Fi reads along, and phones cannot work without a network."),
            "Use a name with https; docs/OPERATING.md shows how, also for a laptop at the venue.",
        ),
        Some(origin) => findings.good("origin", format!("People open {origin}.")),
    }
}

fn certificate(findings: &mut Findings, cert: &Path, key: &Path) {
    let chain =
        CertificateDer::pem_file_iter(cert).and_then(Iterator::collect::<Result<Vec<_>, _>>);
    let is_usable =
        chain.is_ok_and(|chain| !chain.is_empty()) && PrivateKeyDer::from_pem_file(key).is_ok();
    if !is_usable {
        findings.missing(
            "tls",
            "The certificate or its key cannot be read: the server will not start.",
            "Check tls_cert and tls_key; both are PEM files.",
        );
        return;
    }
    if super::folder::is_open(key) {
        findings.missing(
            "tls-key-mode",
            "The certificate's private key can be read by others on this machine.",
            format!("chmod 600 {}", key.display()),
        );
    } else {
        findings.good("tls", "The certificate and its key are there.");
    }
}

fn without_tls(findings: &mut Findings, config: &Config, machine: &Machine) {
    if !config.listen.ip().is_loopback() {
        let say = format!(
            "It listens on {} without TLS: whoever is in that network can call it past the proxy, and read along.",
            config.listen
        );
        if machine.is_container {
            findings.advice(
                "plain-http",
                say,
                "In a container this is meant, as long as only the proxy is in its network, as in docker-compose.yml.",
            );
        } else {
            findings.missing(
                "plain-http",
                say,
                "Listen on 127.0.0.1 behind the proxy, or set tls_cert and tls_key.",
            );
        }
    }
    if config
        .origin
        .as_deref()
        .is_some_and(|origin| origin.starts_with("https://"))
    {
        findings.advice(
            "proxy-log",
            "A proxy in front of it does TLS. A list of who called when is a list of who reported.",
            "Switch off the proxy's access log for this name. deploy/Caddyfile does so.",
        );
        if config.connections_per_address < config.connections {
            findings.missing(
                "proxy-address",
                format!(
                    "Behind the proxy everybody has one address, and one address may have {} connections.",
                    config.connections_per_address
                ),
                format!("Set connections_per_address to {}.", config.connections),
            );
        }
    }
}
