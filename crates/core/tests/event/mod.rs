//! The sample event and the files that stand beside it.

pub(crate) const POLICY: &str = include_str!("../../../../events/all-systems-go-policy.md");
pub(crate) const SAMPLE: &str = include_str!("../../../../events/sample.toml");
pub(crate) const GERMAN: &str = include_str!("../../../../events/seed-1.de.toml");

/// A file beside the pack, where it is read in German as `german`.
pub(crate) fn beside(name: &str, german: &str) -> Option<String> {
    match name {
        "all-systems-go-policy.md" => Some(POLICY.to_owned()),
        "seed-1.de.toml" => Some(german.to_owned()),
        _ => None,
    }
}
