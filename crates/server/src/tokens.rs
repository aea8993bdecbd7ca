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
    sign: EncodingKey,
    check: DecodingKey,
}

#[derive(Serialize, Deserialize)]
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
        Ok(Self {
            event: hex::encode(event),
            sign: EncodingKey::from_ed_der(wrapped.as_slice()),
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
        let mut header = Header::new(Algorithm::EdDSA);
        header.typ = Some("at+jwt".to_owned());
        let token = jsonwebtoken::encode(&header, &claims, &self.sign).map_err(|_| BadTokenKey)?;
        Ok((token, ends_at))
    }

    /// Whom `token` names, if it is ours, of this event, and good at `now`.
    pub(crate) fn check(&self, token: &str, now: u64) -> Option<Bearer> {
        if token.len() > LONGEST {
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
            iat,
            nbf,
            exp,
            ..
        } = data.claims;
        let in_time = nbf <= seconds + LEEWAY && iat <= seconds + LEEWAY && seconds < exp + LEEWAY;
        if !in_time || data.header.typ.as_deref() != Some("at+jwt") {
            return None;
        }
        Some(Bearer {
            device: hex::decode(&did)?,
            staff: hex::decode(&sub)?,
            ends_at: exp * 1_000,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOON: u64 = 1_790_000_000_000;
    const NOOR: [u8; 16] = [1; 16];
    const PHONE: [u8; 16] = [2; 16];
    const EPOCH: [u8; 16] = [3; 16];

    fn tokens(seed: u8, event: u8) -> Tokens {
        Tokens::new(&[seed; 32], &[event; 16]).unwrap()
    }

    #[test]
    fn a_token_names_its_bearer_for_ten_minutes() {
        let tokens = tokens(1, 1);
        let (token, ends_at) = tokens.issue(&PHONE, &NOOR, &EPOCH, NOON).unwrap();

        let bearer = Bearer {
            device: PHONE,
            staff: NOOR,
            ends_at,
        };
        assert_eq!(tokens.check(&token, NOON), Some(bearer));
        assert_eq!(tokens.check(&token, ends_at - 1), Some(bearer));
        assert_eq!(tokens.check(&token, ends_at + LEEWAY * 1_000), None);
        assert_eq!(tokens.check(&token, NOON - LEEWAY * 1_000 - 1_000), None);
    }

    #[test]
    fn a_token_of_another_event_or_another_key_names_nobody() {
        let (token, _) = tokens(1, 1).issue(&PHONE, &NOOR, &EPOCH, NOON).unwrap();

        assert_eq!(tokens(1, 2).check(&token, NOON), None);
        assert_eq!(tokens(2, 1).check(&token, NOON), None);
    }

    #[test]
    fn a_token_that_says_how_it_wants_to_be_checked_is_not_asked() {
        let (token, _) = tokens(1, 1).issue(&PHONE, &NOOR, &EPOCH, NOON).unwrap();
        let rest = token.split_once('.').unwrap().1;
        // {"typ":"at+jwt","alg":"none"}
        let forged = format!("eyJ0eXAiOiJhdCtqd3QiLCJhbGciOiJub25lIn0.{rest}");

        assert_eq!(tokens(1, 1).check(&forged, NOON), None);
        assert_eq!(tokens(1, 1).check(&token[..token.len() - 2], NOON), None);
    }
}
