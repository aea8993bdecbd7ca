//! A change as its device wrote it: a body that is stored and handed on byte
//! for byte, and a signature over its hash.
//!
//! [`Body::parse`] looks at everything that can be known without Automerge.
//! After it the fields can be trusted to be well-formed, not to be true: who
//! signed is [`verify`]'s question, whether the change may be kept is
//! admission's.

use bytes::Bytes;
use prost::Message as _;

use crate::frame::next_field;
use crate::ids::{self, ChangeId, DeviceId, DocumentId, EventId, StaffId, sha256};
use crate::signing::{self, BadSignature};
use crate::wire::{self, ChangeBody, Envelope, Kind, Reason, Restricted};

/// The longest body, in bytes.
pub const MAX_BODY: usize = 270_336;
/// The longest Automerge change, in bytes.
pub const MAX_CHANGE: usize = 262_144;
/// How many staff members one birth can exclude.
pub const MAX_EXCLUDED: usize = 64;
/// ES256, r ‖ s.
pub const SIGNATURE: usize = 64;

/// A body whose every field has the right form.
#[derive(Clone, PartialEq)]
pub struct Body {
    /// The change's name.
    pub id: ChangeId,
    /// The event that it belongs to.
    pub event: EventId,
    /// The document that it changes.
    pub document: DocumentId,
    /// The kind of that document; never [`Kind::Unspecified`].
    pub kind: Kind,
    /// The device that says it signed.
    pub device: DeviceId,
    /// One Automerge change, unread.
    pub change: Bytes,
    /// What must be known before the first byte is handed to anyone.
    pub birth: Option<Birth>,
}

impl std::fmt::Debug for Body {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Body")
            .field("id", &self.id)
            .field("document", &self.document)
            .field("kind", &self.kind)
            .field("device", &self.device)
            .field("change_bytes", &self.change.len())
            .finish_non_exhaustive()
    }
}

/// Says what a document is, and who must not learn of it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Birth {
    /// The case that an identity or chair document belongs to.
    pub parent: Option<DocumentId>,
    /// Who may be told of a case.
    pub restricted: Restricted,
    /// Who must not learn that the document exists.
    pub excluded: Vec<StaffId>,
}

/// Why a body is no body. Nothing was done with it.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum EnvelopeError {
    /// Not an encoded `ChangeBody`.
    #[error("the body cannot be decoded")]
    Undecodable,
    /// The body or the change in it is over its limit.
    #[error("the change is too big")]
    TooBig,
    /// An id that is not 16 bytes long.
    #[error("an id has the wrong length")]
    BadId,
    /// A kind of document, or of restriction, that this build does not know.
    #[error("the kind is not known")]
    UnknownKind,
    /// A birth that does not fit its kind, or excludes too many.
    #[error("the birth does not fit the kind of document")]
    BadBirth,
    /// A document whose id should follow from its parent or event, and does not.
    #[error("the document has another id than it must have")]
    WrongDocument,
    /// There is no change in it.
    #[error("there is no change")]
    NoChange,
    /// The signature is not 64 bytes long.
    #[error("the signature has the wrong length")]
    BadSignature,
}

impl EnvelopeError {
    /// What the device is told.
    #[must_use]
    pub const fn reason(self) -> Reason {
        match self {
            Self::TooBig => Reason::TooBig,
            Self::BadSignature => Reason::BadSignature,
            Self::Undecodable
            | Self::BadId
            | Self::UnknownKind
            | Self::BadBirth
            | Self::WrongDocument
            | Self::NoChange => Reason::Malformed,
        }
    }
}

impl Body {
    /// Reads the body of an envelope. The change shares the envelope's memory.
    ///
    /// # Errors
    /// The first thing that is wrong.
    pub fn parse(envelope: &Envelope) -> Result<Self, EnvelopeError> {
        if envelope.body.len() > MAX_BODY {
            return Err(EnvelopeError::TooBig);
        }
        if envelope.signature.len() != SIGNATURE {
            return Err(EnvelopeError::BadSignature);
        }
        count_excluded(envelope.body.clone())?;
        let body =
            ChangeBody::decode(envelope.body.clone()).map_err(|_| EnvelopeError::Undecodable)?;
        let kind = match body.kind() {
            Kind::Unspecified => return Err(EnvelopeError::UnknownKind),
            kind => kind,
        };
        let event = id::<EventId>(&body.event)?;
        let document = id::<DocumentId>(&body.document)?;
        if body.change.is_empty() {
            return Err(EnvelopeError::NoChange);
        }
        if body.change.len() > MAX_CHANGE {
            return Err(EnvelopeError::TooBig);
        }
        let device = id::<DeviceId>(&body.device)?;
        let birth = body
            .birth
            .as_ref()
            .map(|birth| Birth::parse(kind, birth))
            .transpose()?;
        let parent = birth.as_ref().and_then(|birth| birth.parent);
        let must_be = match kind {
            Kind::Notice => Some(ids::notice_of(event)),
            Kind::Duty => Some(ids::duty_of(event)),
            Kind::Chair => parent.map(ids::chair_of),
            Kind::Case | Kind::Identity | Kind::Unspecified => None,
        };
        if must_be.is_some_and(|must_be| must_be != document) {
            return Err(EnvelopeError::WrongDocument);
        }
        Ok(Self {
            id: id_of(envelope),
            event,
            document,
            kind,
            device,
            change: body.change,
            birth,
        })
    }
}

impl Birth {
    fn parse(kind: Kind, birth: &wire::Birth) -> Result<Self, EnvelopeError> {
        let belongs_to_a_case = matches!(kind, Kind::Identity | Kind::Chair);
        let parent = if birth.parent.is_empty() {
            None
        } else {
            Some(id(&birth.parent)?)
        };
        if parent.is_some() != belongs_to_a_case || birth.excluded.len() > MAX_EXCLUDED {
            return Err(EnvelopeError::BadBirth);
        }
        // Reading an unknown restriction as "none" would tell too many.
        let restricted =
            Restricted::try_from(birth.restricted).map_err(|_| EnvelopeError::UnknownKind)?;
        if restricted != Restricted::None && kind != Kind::Case {
            return Err(EnvelopeError::BadBirth);
        }
        let excluded = birth
            .excluded
            .iter()
            .map(|staff| id(staff))
            .collect::<Result<_, _>>()?;
        Ok(Self {
            parent,
            restricted,
            excluded,
        })
    }

    fn to_wire(&self) -> wire::Birth {
        wire::Birth {
            parent: self
                .parent
                .map(|parent| parent.as_bytes().to_vec())
                .unwrap_or_default(),
            restricted: self.restricted.into(),
            excluded: self
                .excluded
                .iter()
                .map(|staff| staff.as_bytes().to_vec())
                .collect(),
        }
    }
}

/// Counts what a birth lists before anything is allocated for it: two bytes
/// can announce one more of the excluded, which takes twelve times as many.
fn count_excluded(mut body: Bytes) -> Result<(), EnvelopeError> {
    const BIRTH: u32 = 6;
    const BESIDE_THE_EXCLUDED: usize = 2;
    let take = |bytes: &mut Bytes| next_field(bytes).map_err(|_| EnvelopeError::Undecodable);
    let mut listed = 0;
    while let Some((number, mut birth)) = take(&mut body)? {
        while number == BIRTH && take(&mut birth)?.is_some() {
            listed += 1;
            if listed > MAX_EXCLUDED + BESIDE_THE_EXCLUDED {
                return Err(EnvelopeError::BadBirth);
            }
        }
    }
    Ok(())
}

/// The change's name: SHA-256 of the body as received.
#[must_use]
pub fn id_of(envelope: &Envelope) -> ChangeId {
    ChangeId::from_bytes(sha256(&[&envelope.body]))
}

/// Checks that the owner of this signing key (65 bytes, uncompressed P-256
/// point) wrote the body, byte for byte.
///
/// # Errors
/// [`BadSignature`].
pub fn verify(envelope: &Envelope, key: &[u8]) -> Result<(), BadSignature> {
    signing::verify(key, &signing::change(id_of(envelope)), &envelope.signature)
}

/// What goes into an envelope.
pub struct Draft<'a> {
    /// The event.
    pub event: EventId,
    /// The document.
    pub document: DocumentId,
    /// Its kind.
    pub kind: Kind,
    /// The device that signs.
    pub device: DeviceId,
    /// One uncompressed Automerge change.
    pub change: &'a [u8],
    /// On the first change that this device knows of in the document.
    pub birth: Option<Birth>,
}

impl Draft<'_> {
    /// Encodes the body and has it signed: `sign` gets the message and gives
    /// ES256 over it (64 bytes, r ‖ s).
    pub fn seal(self, sign: impl FnOnce(&[u8]) -> Vec<u8>) -> Envelope {
        let body: Bytes = ChangeBody {
            event: self.event.as_bytes().to_vec(),
            document: self.document.as_bytes().to_vec(),
            kind: self.kind.into(),
            device: self.device.as_bytes().to_vec(),
            change: Bytes::copy_from_slice(self.change),
            birth: self.birth.as_ref().map(Birth::to_wire),
        }
        .encode_to_vec()
        .into();
        let id = ChangeId::from_bytes(sha256(&[&body]));
        Envelope {
            body,
            signature: sign(&signing::change(id)).into(),
        }
    }
}

fn id<'a, Id: TryFrom<&'a [u8]>>(bytes: &'a [u8]) -> Result<Id, EnvelopeError> {
    Id::try_from(bytes).map_err(|_| EnvelopeError::BadId)
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::rand::SystemRandom;
    use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
    use proptest::prelude::*;

    use super::*;

    fn draft(kind: Kind, birth: Option<Birth>) -> Draft<'static> {
        Draft {
            event: EventId::from_bytes([1; 16]),
            document: DocumentId::from_bytes([2; 16]),
            kind,
            device: DeviceId::from_bytes([3; 16]),
            change: b"a change",
            birth,
        }
    }

    fn unsigned(draft: Draft<'_>) -> Envelope {
        draft.seal(|_| vec![0; SIGNATURE])
    }

    #[test]
    fn an_envelope_reads_as_what_went_into_it() {
        let birth = Birth {
            parent: None,
            restricted: Restricted::ChairNamed,
            excluded: vec![StaffId::from_bytes([9; 16])],
        };

        let body =
            Body::parse(&unsigned(draft(Kind::Case, Some(birth.clone())))).expect("well-formed");

        assert_eq!(body.document, DocumentId::from_bytes([2; 16]));
        assert_eq!(body.change.as_ref(), b"a change");
        assert_eq!(body.birth, Some(birth));
    }

    #[test]
    fn a_signature_holds_for_these_bytes_and_this_key_only() {
        let chance = SystemRandom::new();
        let [ana, ben] = [(); 2]
            .map(|()| EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).expect("a key"));
        let mut envelope = draft(Kind::Case, None).seal(|message| {
            ana.sign(&chance, message)
                .expect("signed")
                .as_ref()
                .to_vec()
        });

        assert_eq!(verify(&envelope, ana.public_key().as_ref()), Ok(()));
        assert_eq!(
            verify(&envelope, ben.public_key().as_ref()),
            Err(BadSignature)
        );
        assert_eq!(verify(&envelope, b"no key"), Err(BadSignature));

        let mut altered = envelope.body.to_vec();
        altered[20] ^= 1;
        envelope.body = altered.into();
        assert_eq!(
            verify(&envelope, ana.public_key().as_ref()),
            Err(BadSignature)
        );
    }

    #[test]
    fn a_chair_document_cannot_claim_another_case() {
        let case = DocumentId::from_bytes([7; 16]);
        let birth = Birth {
            parent: Some(case),
            restricted: Restricted::None,
            excluded: Vec::new(),
        };

        let mut right = draft(Kind::Chair, Some(birth.clone()));
        right.document = ids::chair_of(case);

        assert!(Body::parse(&unsigned(right)).is_ok());
        assert_eq!(
            Body::parse(&unsigned(draft(Kind::Chair, Some(birth)))),
            Err(EnvelopeError::WrongDocument)
        );
        assert_eq!(
            Body::parse(&unsigned(draft(Kind::Notice, None))),
            Err(EnvelopeError::WrongDocument)
        );
    }

    #[test]
    fn a_restriction_from_the_future_is_refused_and_not_read_as_none() {
        let mut body = ChangeBody::decode(unsigned(draft(Kind::Case, None)).body).expect("decodes");
        body.birth = Some(wire::Birth {
            restricted: 99,
            ..Default::default()
        });

        let envelope = Envelope {
            body: body.encode_to_vec().into(),
            signature: vec![0; SIGNATURE].into(),
        };

        assert_eq!(Body::parse(&envelope), Err(EnvelopeError::UnknownKind));
    }

    #[test]
    fn every_limit_has_its_refusal() {
        let parse = |change: &mut dyn FnMut(&mut ChangeBody)| {
            let mut body =
                ChangeBody::decode(unsigned(draft(Kind::Case, None)).body).expect("decodes");
            change(&mut body);
            Body::parse(&Envelope {
                body: body.encode_to_vec().into(),
                signature: vec![0; SIGNATURE].into(),
            })
            .map(|_| ())
        };

        assert_eq!(parse(&mut |_| ()), Ok(()));
        assert_eq!(
            parse(&mut |body| body.change = vec![0; MAX_CHANGE + 1].into()),
            Err(EnvelopeError::TooBig)
        );
        assert_eq!(
            parse(&mut |body| body.change = vec![0; MAX_BODY].into()),
            Err(EnvelopeError::TooBig)
        );
        assert_eq!(
            parse(&mut |body| body.change.clear()),
            Err(EnvelopeError::NoChange)
        );
        assert_eq!(
            parse(&mut |body| body.event = vec![0; 15]),
            Err(EnvelopeError::BadId)
        );
        assert_eq!(
            parse(&mut |body| body.document = vec![0; 17]),
            Err(EnvelopeError::BadId)
        );
        assert_eq!(
            parse(&mut |body| body.device.clear()),
            Err(EnvelopeError::BadId)
        );
        assert_eq!(
            parse(&mut |body| body.kind = 0),
            Err(EnvelopeError::UnknownKind)
        );
        assert_eq!(
            parse(&mut |body| body.kind = 77),
            Err(EnvelopeError::UnknownKind)
        );
        let excluded = vec![vec![0; 16]; MAX_EXCLUDED + 1];
        assert_eq!(
            parse(&mut |body| body.birth = Some(wire::Birth {
                excluded: excluded.clone(),
                ..Default::default()
            })),
            Err(EnvelopeError::BadBirth)
        );
    }

    proptest! {
        #[test]
        fn no_bytes_can_hurt(body in proptest::collection::vec(any::<u8>(), 0..300), signature in proptest::collection::vec(any::<u8>(), 60..68)) {
            let envelope = Envelope { body: body.into(), signature: signature.into() };
            let _ = Body::parse(&envelope);
            prop_assert!(verify(&envelope, &[4; 65]).is_err());
        }

        #[test]
        fn a_damaged_body_is_never_read_as_the_same_change(at in 0_usize..60, bit in 0_u8..8) {
            let whole = unsigned(draft(Kind::Case, None));
            let mut damaged = whole.body.to_vec();
            let at = at % damaged.len();
            damaged[at] ^= 1 << bit;
            let damaged = Envelope { body: damaged.into(), ..whole.clone() };
            prop_assert_ne!(id_of(&damaged), id_of(&whole));
            let _ = Body::parse(&damaged);
        }
    }
}
