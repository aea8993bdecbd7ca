//! The messages of `proto/wire/v1`, as written by `cargo xtask generate`.
//!
//! What holds typed text or a secret prints only its size.

use std::fmt;

#[expect(
    missing_docs,
    reason = "written out of the .proto files, where the fields are explained"
)]
mod generated {
    include!("generated/wire.rs");
}

pub use generated::*;

/// The version of the protocol that this build speaks.
pub const PROTOCOL: u32 = 1;

impl From<frame::Kind> for Frame {
    fn from(kind: frame::Kind) -> Self {
        Self { kind: Some(kind) }
    }
}

macro_rules! prints_only_its_size {
    ($($message:ident)*) => {$(
        impl fmt::Debug for $message {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                let size = prost::Message::encoded_len(self);
                write!(f, "{} {{ {size} bytes }}", stringify!($message))
            }
        }
    )*};
}

prints_only_its_size! {
    BlobChunk BlobPart Carried Challenge ChangeBody EnrolChallenge Envelope Erasure Exclusion FinishEnrol HandIn Hello
    Invite LedgerEntry NewInvite QuarantineLine Restriction StaffMember Token TokenAsk
}
