//! Access tokens: who speaks, for ten minutes, and nothing about what they may do.

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::hex;

/// How long a token is good, in milliseconds.
pub(crate) const LIFE: u64 = 10 * 60 * 1_000;
/// How far two clocks of the same server may be apart, in seconds.
const LEEWAY: u64 = 30;
const ISSUER: &str = "safehall";
/// The longest token that is looked at, in bytes.
const LONGEST: usize = 2_048;

/// Who a token names. Whether the device is still let in is asked each time.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Bearer {
    pub(crate) device: [u8; 16],
    pub(crate) staff: [u8; 16],
    /// When the token ends, milliseconds since 1970.
    pub(crate) ends_at: u64,
}

/// Makes and checks tokens of one event. Holds a key, so it has no `Debug`.
pub(crate) struct Tokens {
    event: String,
    /// The head of every token of ours, as it stands in the token.
    head: String,
    sign: EncodingKey,
    check: DecodingKey,
}

#[derive(Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Claims {
    iss: String,
    aud: String,
    sub: String,
    did: String,
    epoch: String,
    iat: u64,
    nbf: u64,
    exp: u64,
}

/// The key that signs tokens cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("the key for access tokens cannot be used")]
pub struct BadTokenKey;

impl Tokens {
    pub(crate) fn new(seed: &[u8; 32], event: &[u8; 16]) -> Result<Self, BadTokenKey> {
        // The fixed head of RFC 8410's PKCS #8 wrapping of an Ed25519 seed.
        const HEAD: [u8; 16] = [
            0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20,
        ];
        let pair = Ed25519KeyPair::from_seed_unchecked(seed).map_err(|_| BadTokenKey)?;
        let mut wrapped = Zeroizing::new([0; 48]);
        wrapped[..16].copy_from_slice(&HEAD);
        wrapped[16..].copy_from_slice(seed);
        let sign = EncodingKey::from_ed_der(wrapped.as_slice());
        let sample = seal(&Claims::default(), &sign)?;
        let (head, _) = sample.split_once('.').ok_or(BadTokenKey)?;
        Ok(Self {
            event: hex::encode(event),
            head: head.to_owned(),
            sign,
            check: DecodingKey::from_ed_der(pair.public_key().as_ref()),
        })
    }

    /// A token and when it ends.
    pub(crate) fn issue(
        &self,
        device: &[u8; 16],
        staff: &[u8; 16],
        epoch: &[u8; 16],
        now: u64,
    ) -> Result<(String, u64), BadTokenKey> {
        let ends_at = now + LIFE;
        let claims = Claims {
            iss: ISSUER.to_owned(),
            aud: self.event.clone(),
            sub: hex::encode(staff),
            did: hex::encode(device),
            epoch: hex::encode(epoch),
            iat: now / 1_000,
            nbf: now / 1_000,
            exp: ends_at / 1_000,
        };
        Ok((seal(&claims, &self.sign)?, ends_at))
    }

    /// Whom `token` names, if it is ours, of this event, and good at `now`.
    pub(crate) fn check(&self, token: &str, now: u64) -> Option<Bearer> {
        if token.len() > LONGEST {
            return None;
        }
        // A head says how its token wants to be checked: which algorithm, whose key, from where.
        // Ours is always the same, and no other is even read.
        let (head, _) = token.split_once('.')?;
        if head != self.head {
            return None;
        }
        let mut validation = Validation::new(Algorithm::EdDSA);
        validation.set_audience(&[&self.event]);
        validation.set_issuer(&[ISSUER]);
        validation.set_required_spec_claims(&["exp", "nbf", "aud", "iss", "sub"]);
        // The library would ask the machine's clock; time is an input here.
        validation.validate_exp = false;
        validation.validate_nbf = false;
        let data = jsonwebtoken::decode::<Claims>(token, &self.check, &validation).ok()?;
        let seconds = now / 1_000;
        let Claims {
            sub,
            did,
            epoch,
            iat,
            nbf,
            exp,
            ..
        } = data.claims;
        // As we issue them; so no sum below can leave its range either.
        let is_ours = nbf == iat && exp.checked_sub(iat) == Some(LIFE / 1_000);
        let in_time = iat <= seconds.saturating_add(LEEWAY) && seconds < exp.saturating_add(LEEWAY);
        if !is_ours || !in_time {
            return None;
        }
        let _: [u8; 16] = hex::decode(&epoch)?;
        Some(Bearer {
            device: hex::decode(&did)?,
            staff: hex::decode(&sub)?,
            ends_at: exp.saturating_mul(1_000),
        })
    }
}

fn seal(claims: &Claims, key: &EncodingKey) -> Result<String, BadTokenKey> {
    let mut header = Header::new(Algorithm::EdDSA);
    header.typ = Some("at+jwt".to_owned());
    jsonwebtoken::encode(&header, claims, key).map_err(|_| BadTokenKey)
}

#[cfg(test)]
mod tests;
